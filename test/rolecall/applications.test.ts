import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { temporaryDirectory } from '../../harness/temporary-directory.ts';
import type { Application } from '../../src/identity/documents/application.ts';
import { announceChanges } from '../../src/identity/store/announce-changes.ts';
import { type IdentityStore, openIdentityStore } from '../../src/identity/store/identity-store.ts';
import { allow, makeUser } from '../sts/people.ts';
import { ACCOUNT_ID, type InProcessServer, type Key, startInProcess } from '../support/in-process-server.ts';
import { send, signedJson } from '../support/wire.ts';

const directory = temporaryDirectory();
const FILE_CLIENT = {
  client_id: 'from file',
  client_secret: 'a secret of the file, long enough',
  redirect_uris: ['https://file.example/callback'],
};
const OTHER = '210987654321';
let server: InProcessServer;
let store: IdentityStore;
beforeAll(async () => {
  const file = join(directory.path, 'config.json');
  writeFileSync(file, JSON.stringify({ oidc: { clients: [FILE_CLIENT] } }));
  server = await startInProcess({ ROLECALL_CONFIG: file }, (stores) => {
    store = announceChanges(openIdentityStore(stores.collections), stores.ephemeral);
    return stores;
  });
});
afterAll(async () => {
  await server.close();
  directory.remove();
});

const arnOf = (id: string): string => `arn:aws:rolecall::${ACCOUNT_ID}:application/${id}`;

interface Shown {
  readonly ApplicationId: string;
  readonly Arn: string;
  readonly Oidc?: Readonly<Record<string, unknown>>;
  readonly [member: string]: unknown;
}
interface Answer {
  readonly Application: Shown;
  readonly ClientSecret?: string;
  readonly __type?: string;
  readonly message?: string;
  readonly [member: string]: unknown;
}

async function ask(operation: string, input: object, key: Key = server.admin) {
  const { status, body } = await send(server.url, signedJson(server.url, operation, input, key));
  return { status, body, answer: JSON.parse(body) as Answer };
}

const MACHINE = { GrantTypes: ['CLIENT_CREDENTIALS'] };
const create = async (input: object = {}) =>
  (await ask('CreateApplication', { DisplayName: 'Job', Oidc: MACHINE, ...input })).answer;

/** Asks the token endpoint for a machine's token. */
async function token(id: string, secret: string, method = 'basic'): Promise<number> {
  const form = new URLSearchParams({ grant_type: 'client_credentials' });
  const headers: Record<string, string> = {};
  if (method === 'basic') headers['authorization'] = `Basic ${btoa(`${id}:${secret}`)}`;
  else for (const [name, value] of Object.entries({ client_id: id, client_secret: secret })) form.set(name, value);
  return (await fetch(`${server.url}/oidc/token`, { method: 'POST', body: form, headers })).status;
}

describe('an OIDC application', () => {
  test('is created with a secret that is shown once and works at the token endpoint', async () => {
    const { Application: made, ClientSecret: secret = '' } = await create({ Tags: [{ Key: 'team', Value: 'red' }] });
    expect(made).toMatchObject({
      Arn: arnOf(made.ApplicationId),
      Protocol: 'OIDC',
      Origin: 'API',
      Enabled: true,
      OpenTo: 'ACCOUNT',
      Oidc: { ClientId: made.ApplicationId, GrantTypes: ['CLIENT_CREDENTIALS'] },
      Tags: [{ Key: 'team', Value: 'red' }],
    });
    expect(secret.length).toBeGreaterThanOrEqual(43);
    expect(await token(made.ApplicationId, secret)).toBe(200);
    expect(await token(made.ApplicationId, `${secret}x`)).toBe(401);
    const shown = await ask('GetApplication', { ApplicationId: made.ApplicationId });
    expect(shown.answer.Application).toEqual(made);
    const listed = await ask('ListApplications', {});
    expect(listed.body).toContain(made.ApplicationId);
    for (const { body } of [shown, listed]) {
      expect(body).not.toContain(secret);
      expect(body).not.toMatch(/ealed|a secret of the file/);
    }
  });

  test.each(['basic', 'post'])(
    '[%s] both secrets work during the overlap, the oldest of three does not',
    async (by) => {
      const ClientAuthentication = `CLIENT_SECRET_${by.toUpperCase()}`;
      const { Application, ClientSecret: first = '' } = await create({ Oidc: { ...MACHINE, ClientAuthentication } });
      const { ApplicationId } = Application;
      const rotate = async (more: object = {}) =>
        (await ask('RotateApplicationSecret', { ApplicationId, ...more })).answer;
      const rotated = await rotate();
      const second = rotated.ClientSecret ?? '';
      expect(rotated.Application.Oidc).toHaveProperty('FormerSecretExpiresAt');
      for (const secret of [first, second]) expect(await token(ApplicationId, secret, by)).toBe(200);
      const third = (await rotate()).ClientSecret ?? '';
      expect(await token(ApplicationId, first, by)).toBe(401);
      for (const secret of [second, third]) expect(await token(ApplicationId, secret, by)).toBe(200);
      const last = await rotate({ OverlapSeconds: 0 });
      expect(last.Application.Oidc).not.toHaveProperty('FormerSecretExpiresAt');
      for (const secret of [second, third]) expect(await token(ApplicationId, secret, by)).toBe(401);
      expect(await token(ApplicationId, last.ClientSecret ?? '', by)).toBe(200);
    },
  );

  test('two rotations at once: one is refused, and the secret that was shown works', async () => {
    const { ApplicationId } = (await create()).Application;
    const results = await Promise.all([1, 2, 3].map(() => ask('RotateApplicationSecret', { ApplicationId })));
    const done = results.filter(({ status }) => status === 200);
    expect(done.length).toBeGreaterThanOrEqual(1);
    for (const { status, answer } of results) {
      if (status !== 200) expect(answer.__type).toBe('ConcurrentModificationException');
    }
    const works = await Promise.all(done.map(({ answer }) => token(ApplicationId, answer.ClientSecret ?? '')));
    expect(works).toContain(200);
  });

  test('changes keep what is left out, apply at once, and end what is disabled or deleted', async () => {
    const { Application, ClientSecret: secret = '' } = await create({ StartUrl: 'https://job.example/' });
    const { ApplicationId } = Application;
    const changed = await ask('UpdateApplication', { ApplicationId, DisplayName: 'Night Job' });
    expect(changed.answer).not.toHaveProperty('ClientSecret');
    expect(changed.answer.Application).toMatchObject({
      DisplayName: 'Night Job',
      StartUrl: 'https://job.example/',
      Oidc: { GrantTypes: ['CLIENT_CREDENTIALS'] },
    });
    expect(await token(ApplicationId, secret)).toBe(200);
    const Oidc = { GrantTypes: ['AUTHORIZATION_CODE'], RedirectUris: ['https://job.example/back'] };
    await ask('UpdateApplication', { ApplicationId, Oidc });
    expect(await token(ApplicationId, secret)).toBe(400);
    await ask('UpdateApplication', { ApplicationId, Oidc: MACHINE, Enabled: false });
    expect(await token(ApplicationId, secret)).toBe(401);
    await ask('UpdateApplication', { ApplicationId, Enabled: true });
    expect(await token(ApplicationId, secret)).toBe(200);
    expect((await ask('DeleteApplication', { ApplicationId })).status).toBe(200);
    expect(await token(ApplicationId, secret)).toBe(401);
    expect((await ask('GetApplication', { ApplicationId })).answer.__type).toBe('NoSuchApplicationException');
  });

  test('a method without a secret drops it, and one with a secret generates one', async () => {
    const web = { RedirectUris: ['https://app.example/back'] };
    const { Application, ClientSecret } = await create({ Oidc: { ...web, ClientAuthentication: 'NONE' } });
    const { ApplicationId } = Application;
    expect(ClientSecret).toBeUndefined();
    expect((await ask('RotateApplicationSecret', { ApplicationId })).answer.message).toContain('no client secret');
    const given = await ask('UpdateApplication', {
      ApplicationId,
      Oidc: { ClientAuthentication: 'CLIENT_SECRET_BASIC' },
    });
    expect(given.answer.ClientSecret).toEqual(expect.any(String));
  });

  test.each<[string, object, string]>([
    ['a fragment', { RedirectUris: ['https://a.example/#x'] }, 'Oidc.RedirectUris.0: must not have a fragment'],
    ['a password', { RedirectUris: ['https://u:p@a.example/'] }, 'Oidc.RedirectUris.0: must not hold a user name'],
    ['a wildcard', { RedirectUris: ['https://*.a.example/'] }, 'Oidc.RedirectUris.0: must be a whole address'],
    ['a script', { RedirectUris: ['javascript:alert(1)'] }, 'Oidc.RedirectUris.0: must not use the scheme'],
    ['no redirect URI', {}, 'Oidc.RedirectUris: must hold an address'],
    ['private keys', { ...MACHINE, Jwks: '{"keys":[{"kty":"EC","d":"x"}]}' }, 'Oidc.Jwks: must hold public keys'],
    ['keys that are not JSON', { ...MACHINE, Jwks: 'x' }, 'Oidc.Jwks: must be a key set'],
    ['an unknown scope', { ...MACHINE, Scopes: ['all'] }, 'Oidc: scope must only contain'],
    ['1,000 redirect URIs', { RedirectUris: Array(1000).fill('https://a.example/') }, 'less than or equal to 100'],
  ])('is refused with %s', async (_, Oidc, problem) => {
    const { status, answer } = await ask('CreateApplication', { DisplayName: 'Bad', Oidc });
    expect(status).toBe(400);
    expect(answer.message).toContain(problem);
  });

  test('is refused with control characters in its name, without a protocol, and with two', async () => {
    const Saml = { EntityId: 'urn:x', Acs: [{ Url: 'https://sp.example/acs' }] };
    for (const input of [
      { DisplayName: 'Job\u202e', Oidc: MACHINE },
      { DisplayName: 'x\n', Oidc: MACHINE },
    ]) {
      expect((await ask('CreateApplication', input)).status).toBe(400);
    }
    expect((await ask('CreateApplication', { DisplayName: 'x' })).answer.message).toContain('Oidc or Saml is needed');
    const both = await ask('CreateApplication', { DisplayName: 'x', Oidc: MACHINE, Saml });
    expect(both.answer.message).toContain('Saml: cannot be combined with Oidc');
  });
});

test('a SAML application has the rules and defaults of the file; one entity id is one application', async () => {
  const Saml = {
    EntityId: 'https://wiki.example/saml',
    Acs: [{ Url: 'https://wiki.example/acs' }],
    Attributes: [{ Name: 'mail', Values: ['${user:email}'] }],
  };
  const { answer } = await ask('CreateApplication', { DisplayName: 'Wiki', Saml });
  expect(answer).not.toHaveProperty('ClientSecret');
  expect(answer.Application).toMatchObject({
    Protocol: 'SAML',
    Saml: {
      EntityId: 'https://wiki.example/saml',
      Acs: [{ Url: 'https://wiki.example/acs', Index: 0, IsDefault: true }],
      NameId: { Format: 'persistent' },
      Attributes: [{ Name: 'mail', NameFormat: 'basic', Values: ['${user:email}'] }],
      SignAssertion: true,
    },
  });
  const { ApplicationId } = answer.Application;
  expect((await ask('CreateApplication', { DisplayName: 'Again', Saml })).answer.__type).toBe(
    'ApplicationExistsException',
  );
  const changed = await ask('UpdateApplication', { ApplicationId, Saml: { SignResponse: true } });
  expect(changed.answer.Application['Saml']).toMatchObject({ ...Saml, SignResponse: true, SignAssertion: true });
  const refused = await ask('UpdateApplication', { ApplicationId, Saml: { Acs: [{ Url: 'http://wiki.example/' }] } });
  expect(refused.answer.message).toContain('Saml.Acs.0.Url: must begin with https');
  for (const { answer: open } of [
    await ask('CreateApplication', {
      DisplayName: 'Open',
      Saml: { ...Saml, EntityId: 'urn:open' },
      OpenTo: 'EVERYONE',
    }),
    await ask('UpdateApplication', { ApplicationId, OpenTo: 'EVERYONE' }),
  ]) {
    expect(open.message).toContain('OpenTo: EVERYONE is not possible with Saml');
  }
  expect((await ask('UpdateApplication', { ApplicationId, Oidc: MACHINE })).answer.message).toContain(
    'Oidc: the protocol of the application is SAML',
  );
});

test('[S36] an application of the file is shown, assigned and tagged, but neither changed nor deleted', async () => {
  const ApplicationId = FILE_CLIENT.client_id;
  const { answer, body } = await ask('GetApplication', { ApplicationId });
  expect(answer.Application).toMatchObject({ Origin: 'FILE', DisplayName: 'from file' });
  expect(body).not.toContain(FILE_CLIENT.client_secret);
  const refused = [
    await ask('UpdateApplication', { ApplicationId, DisplayName: 'x' }),
    await ask('DeleteApplication', { ApplicationId }),
    await ask('RotateApplicationSecret', { ApplicationId }),
  ];
  for (const each of refused) {
    expect(each.answer.__type).toBe('ApplicationFromFileException');
    expect(each.answer.message).toContain('Change oidc.clients there');
  }
  // As when it has left the file: if it is listed again, nothing that was issued to it may revive.
  await store.applications.update([ACCOUNT_ID, ApplicationId], (old) => ({ ...old, disabledAt: 1 }));
  expect((await ask('DeleteApplication', { ApplicationId })).answer.__type).toBe('ApplicationFromFileException');
  await store.applications.update([ACCOUNT_ID, ApplicationId], ({ disabledAt: _left, ...old }) => old);
  const Tags = [{ Key: 'team', Value: 'blue' }];
  expect((await ask('TagResource', { ResourceArn: arnOf(ApplicationId), Tags })).status).toBe(200);
  expect((await ask('ListTagsForResource', { ResourceArn: arnOf(ApplicationId) })).answer['Tags']).toEqual(Tags);
});

describe('the services that an application may request tokens for', () => {
  const API = 'https://api.example/v1';
  const resources = (...list: readonly (readonly [string, ...string[]])[]) => ({
    ...MACHINE,
    Resources: list.map(([Resource, ...Scopes]) => ({ Resource, Scopes })),
  });
  const ofOthers = (applicationId: string, resource: string, more: Partial<Application> = {}) =>
    store.applications.insert({
      accountId: OTHER,
      applicationId,
      displayName: applicationId,
      openTo: 'account',
      assignments: { users: [], groups: [] },
      origin: 'api',
      createdAt: 1,
      updatedAt: 1,
      settings: { protocol: 'OIDC', secrets: [], resources: [{ resource, scopes: ['read'] }], metadata: {} },
      ...more,
    });

  test('need permission for each that is added, or gets more scopes', async () => {
    const Statement = [
      { Effect: 'Allow', Action: ['rolecall:CreateApplication', 'rolecall:UpdateApplication'], Resource: '*' },
      {
        Effect: 'Allow',
        Action: 'rolecall:GrantResource',
        Resource: `arn:aws:rolecall::${ACCOUNT_ID}:resource/${API}`,
      },
    ];
    const key = await makeUser(server, 'api-admin', JSON.stringify({ Version: '2012-10-17', Statement }));
    const plain = await makeUser(
      server,
      'app-admin',
      allow(['rolecall:CreateApplication', 'rolecall:UpdateApplication']),
    );
    const made = async (Oidc: object, by: Key) =>
      (await ask('CreateApplication', { DisplayName: 'x', Oidc }, by)).answer;
    expect((await made(resources([API, 'read']), plain)).__type).toBe('AccessDeniedException');
    expect((await made(resources([API], ['https://b.example']), key)).__type).toBe('AccessDeniedException');
    const { ApplicationId } = (await made(resources([API, 'read', 'list']), key)).Application;
    const changed = async (Oidc: object) =>
      (await ask('UpdateApplication', { ApplicationId, Oidc }, plain)).answer.__type;
    expect(await changed({ ...resources([API, 'read']), Scopes: [] })).toBeUndefined();
    expect(await changed(resources([API, 'read', 'list']))).toBe('AccessDeniedException');
    expect(await changed(resources([API, 'read'], ['https://b.example']))).toBe('AccessDeniedException');
    expect(await changed(resources())).toBeUndefined();
    expect(await changed(resources([API, 'read']))).toBe('AccessDeniedException');
  });

  test('are not those that another account lists, nor this server', async () => {
    await ofOthers('theirs', 'https://theirs.example/');
    await ofOthers('theirs of the file', 'https://filed.example', { origin: 'file' });
    await ofOthers('theirs, disabled', 'https://disabled.example', { disabledAt: 1 });
    await ofOthers('left the file', 'https://left.example', { origin: 'file', disabledAt: 1 });
    const { ApplicationId } = (await create()).Application;
    const taken = [
      'https://theirs.example',
      'https://THEIRS.example/',
      'https://filed.example',
      'https://disabled.example',
    ];
    for (const resource of taken) {
      const Oidc = resources([resource, 'read']);
      for (const { status, answer } of [
        await ask('CreateApplication', { DisplayName: 'x', Oidc }),
        await ask('UpdateApplication', { ApplicationId, Oidc }),
      ]) {
        expect(status).toBe(400);
        expect(answer.message).toContain(`Oidc.Resources: ${resource} is listed by an application of another account`);
      }
    }
    for (const resource of [server.url, `${server.url}/oidc`, server.url.replace('http', 'HTTP')]) {
      const { answer } = await ask('CreateApplication', { DisplayName: 'x', Oidc: resources([resource]) });
      expect(answer.message).toContain(`Oidc.Resources: ${resource} is an address of this server itself`);
    }
    const Oidc = resources(['https://left.example'], ['urn:example:own'], [API]);
    expect((await ask('UpdateApplication', { ApplicationId, Oidc })).status).toBe(200);
    expect((await create({ Oidc })).Application.Oidc).toMatchObject({ Resources: Oidc.Resources });
  });
});

describe('assignments', () => {
  test('are by unique id: somebody who is later given the name does not inherit them', async () => {
    const { ApplicationId } = (await create({ OpenTo: 'ASSIGNED' })).Application;
    const list = async () => (await ask('ListApplicationAssignments', { ApplicationId })).answer['Assignments'];
    await makeUser(server, 'carol', allow('sts:GetCallerIdentity'));
    for (let time = 0; time < 2; time++) {
      expect((await ask('AssignApplication', { ApplicationId, UserName: 'CAROL' })).status).toBe(200);
    }
    expect(await list()).toEqual([{ Id: expect.stringMatching(/^AIDA/), UserName: 'carol' }]);
    expect((await ask('AssignApplication', { ApplicationId, GroupName: 'none' })).answer.__type).toBe(
      'NoSuchGroupException',
    );
    for (const given of [{}, { UserName: 'carol', GroupName: 'x' }]) {
      expect((await ask('AssignApplication', { ApplicationId, ...given })).answer.message).toContain('exactly one of');
    }
    await ask('UnassignApplication', { ApplicationId, UserName: 'carol' });
    expect(await list()).toEqual([]);
  });

  test('of users who were deleted make room when the limit is reached', async () => {
    const { ApplicationId } = (await create()).Application;
    await makeUser(server, 'erin');
    await makeUser(server, 'frank');
    await ask('AssignApplication', { ApplicationId, UserName: 'erin' });
    const fill = (ids: (present: readonly string[]) => readonly string[]) =>
      store.applications.update([ACCOUNT_ID, ApplicationId], (old) => {
        const { users, ...groups } = old.assignments;
        return { ...old, assignments: { ...groups, users: [...ids(users)] } };
      });
    await fill((present) => [...present, ...Array.from({ length: 999 }, (_, index) => `AIDAGONE${index}`)]);
    expect((await ask('AssignApplication', { ApplicationId, UserName: 'frank' })).status).toBe(200);
    const { answer } = await ask('ListApplicationAssignments', { ApplicationId });
    const names = (answer['Assignments'] as { UserName: string }[]).map(({ UserName }) => UserName);
    expect(names.sort()).toEqual(['erin', 'frank']);
    expect((await ask('GetApplication', { ApplicationId })).answer.Application['AssignedUsers']).toBe(2);
    await fill(([present = '']) => Array(1000).fill(present));
    await makeUser(server, 'grace');
    const refused = await ask('AssignApplication', { ApplicationId, UserName: 'grace' });
    expect(refused.answer.message).toBe('Cannot exceed quota for AssignedUsers: 1000');
  });

  test('an assignment and a deletion at once leave nothing behind', async () => {
    const { ApplicationId } = (await create()).Application;
    await makeUser(server, 'dave', allow('sts:GetCallerIdentity'));
    await Promise.all([
      ask('AssignApplication', { ApplicationId, UserName: 'dave' }),
      ask('DeleteApplication', { ApplicationId }),
    ]);
    await ask('DeleteApplication', { ApplicationId });
    expect((await ask('GetApplication', { ApplicationId })).answer.__type).toBe('NoSuchApplicationException');
  });
});

describe('permissions', () => {
  test('are checked on the ARN and by tag; tagging, assigning and changing do not imply each other', async () => {
    const { ApplicationId, Arn } = (await create({ Tags: [{ Key: 'team', Value: 'red' }] })).Application;
    const tagger = await makeUser(server, 'tagger', allow('rolecall:TagResource', Arn));
    const assigner = await makeUser(server, 'assigner', allow('rolecall:AssignApplication', '*'));
    const changer = await makeUser(server, 'changer', allow('rolecall:UpdateApplication', Arn));
    const denied = async (operation: string, input: object, key: Key) =>
      (await ask(operation, { ApplicationId, ...input }, key)).answer.__type === 'AccessDeniedException';
    expect(await denied('UpdateApplication', { DisplayName: 'x' }, tagger)).toBe(true);
    expect(await denied('UpdateApplication', { DisplayName: 'x' }, assigner)).toBe(true);
    expect(await denied('RotateApplicationSecret', {}, changer)).toBe(true);
    expect(await denied('UpdateApplication', { OpenTo: 'EVERYONE' }, changer)).toBe(true);
    expect(await denied('UpdateApplication', { DisplayName: 'x' }, changer)).toBe(false);
    expect(await denied('AssignApplication', { UserName: 'changer' }, changer)).toBe(true);
    expect(await denied('AssignApplication', { UserName: 'changer' }, assigner)).toBe(false);
    const onlyApp = await makeUser(server, 'onlyapp', allow('rolecall:AssignApplication', Arn));
    expect(await denied('AssignApplication', { UserName: 'changer' }, onlyApp)).toBe(true);
    const [basic, post] = ['CLIENT_SECRET_BASIC', 'CLIENT_SECRET_POST'];
    for (const ClientAuthentication of ['NONE', post]) {
      expect(await denied('UpdateApplication', { Oidc: { ClientAuthentication } }, changer)).toBe(true);
    }
    expect(await denied('UpdateApplication', { Oidc: { ClientAuthentication: basic } }, changer)).toBe(false);
    const rotator = await makeUser(
      server,
      'rotator',
      allow(['rolecall:UpdateApplication', 'rolecall:RotateApplicationSecret'], Arn),
    );
    expect(await denied('UpdateApplication', { Oidc: { ClientAuthentication: post } }, rotator)).toBe(false);
    expect(await denied('UpdateApplication', { Oidc: { ClientAuthentication: basic } }, changer)).toBe(true);
    const creator = await makeUser(server, 'creator', allow('rolecall:CreateApplication', '*'));
    const Tags = [{ Key: 'team', Value: 'red' }];
    const tagged = await ask('CreateApplication', { DisplayName: 'x', Oidc: MACHINE, Tags }, creator);
    expect(tagged.answer.__type).toBe('AccessDeniedException');
    const open = await ask('CreateApplication', { DisplayName: 'x', Oidc: MACHINE, OpenTo: 'EVERYONE' }, creator);
    expect(open.answer.__type).toBe('AccessDeniedException');
    expect((await ask('CreateApplication', { DisplayName: 'x', Oidc: MACHINE }, creator)).status).toBe(200);
  });

  test('a missing application looks like one that is not allowed, and other accounts and forms of an ARN are refused', async () => {
    const nobody = await makeUser(server, 'nobody', allow('rolecall:GetApplication', arnOf('mine')));
    const { answer } = await ask('GetApplication', { ApplicationId: 'missing' }, nobody);
    expect(answer.__type).toBe('AccessDeniedException');
    const foreign = `arn:aws:rolecall::210987654321:application/x`;
    expect((await ask('ListTagsForResource', { ResourceArn: foreign })).status).not.toBe(200);
    for (const resource of ['application/', 'applications/x', 'application', 'constructor/x']) {
      const ResourceArn = `arn:aws:rolecall::${ACCOUNT_ID}:${resource}`;
      expect((await ask('ListTagsForResource', { ResourceArn })).answer.message).toContain('must be the ARN of');
    }
  });
});
