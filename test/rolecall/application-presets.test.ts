import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  AddUserToGroupCommand,
  CreateGroupCommand,
  CreateLoginProfileCommand,
  CreateSAMLProviderCommand,
} from '@aws-sdk/client-iam';
import { AssumeRoleWithSAMLCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readForms } from '../../harness/html-forms.ts';
import { newPerson } from '../../harness/person.ts';
import { temporaryDirectory } from '../../harness/temporary-directory.ts';
import { allow, makeRole, makeUser, roleArn, trust } from '../sts/people.ts';
import { ACCOUNT_ID, type InProcessServer, startInProcess } from '../support/in-process-server.ts';
import { send, signedJson } from '../support/wire.ts';

const directory = temporaryDirectory();
const AWS_ACS = 'https://signin.aws.amazon.com/saml';
const PASSWORD = 'seven quiet otters swim';
const PROVIDER = `arn:aws:iam::${ACCOUNT_ID}:saml-provider/Rolecall`;
let server: InProcessServer;

beforeAll(async () => {
  const file = join(directory.path, 'config.json');
  // The server takes the part of AWS, too.
  const saml = { recipients: [AWS_ACS], audiences: ['urn:amazon:webservices'] };
  writeFileSync(file, JSON.stringify({ federation: { saml } }));
  server = await startInProcess({ ROLECALL_CONFIG: file });
});
afterAll(async () => {
  await server.close();
  directory.remove();
});

async function ask(operation: string, input: object) {
  const { status, body } = await send(server.url, signedJson(server.url, operation, input, server.admin));
  return { status, answer: JSON.parse(body) as Record<string, Record<string, unknown>> & { message?: string } };
}
const create = (Saml: object, more: object = {}) => ask('CreateApplication', { DisplayName: 'App', Saml, ...more });
const idOf = ({ answer }: Awaited<ReturnType<typeof create>>): string =>
  String(answer['Application']?.['ApplicationId']);

/** The response that the start link of an application posts for a person. */
async function responseFor(userName: string, applicationId: string): Promise<string> {
  const page = await newPerson(server.url).open(`${server.url}/saml/idp/${ACCOUNT_ID}/start/${applicationId}`);
  if (page.kind !== 'page') throw new Error(`left for ${page.url}`);
  const answer = await page.submit('sign in', { account: ACCOUNT_ID, 'user name': userName, password: PASSWORD });
  if (answer.kind !== 'page') throw new Error(`left for ${answer.url}`);
  const [form] = readForms(answer.html).filter(({ action }) => action === AWS_ACS);
  return form?.fields.find(({ name }) => name === 'SAMLResponse')?.value ?? '';
}

describe('an application made of a preset', () => {
  test('a member of the group enters the role of AWS by SAML, and nobody else does', async () => {
    const metadata = await (await fetch(`${server.url}/saml/idp/${ACCOUNT_ID}/metadata`)).text();
    await server.iam().send(new CreateSAMLProviderCommand({ Name: 'Rolecall', SAMLMetadataDocument: metadata }));
    await makeRole(server, 'Reader', {
      trust: trust({ Federated: PROVIDER }, { Condition: { StringEquals: { 'SAML:aud': AWS_ACS } } }, [
        'sts:AssumeRoleWithSAML',
      ]),
      policy: allow('iam:ListUsers'),
    });
    await server.iam().send(new CreateGroupCommand({ GroupName: 'readers' }));
    for (const name of ['reader-alice', 'other-bob']) {
      await makeUser(server, name);
      await server.iam().send(new CreateLoginProfileCommand({ UserName: name, Password: PASSWORD }));
    }
    await server.iam().send(new AddUserToGroupCommand({ GroupName: 'readers', UserName: 'reader-alice' }));
    const made = await create({ Preset: 'aws', PresetRoles: [{ Group: 'readers', Role: roleArn('Reader') }] });
    expect(made.status).toBe(200);
    const enter = async (name: string) =>
      server.sts().send(
        new AssumeRoleWithSAMLCommand({
          RoleArn: roleArn('Reader'),
          PrincipalArn: PROVIDER,
          SAMLAssertion: await responseFor(name, idOf(made)),
        }),
      );
    expect(await enter('reader-alice')).toMatchObject({
      AssumedRoleUser: { Arn: `arn:aws:sts::${ACCOUNT_ID}:assumed-role/Reader/reader-alice` },
      SubjectType: 'persistent',
    });
    await expect(enter('other-bob')).rejects.toThrow(/AssumeRoleWithSAML|Role/);
  });

  test('what is given wins over the preset, which is not kept', async () => {
    const Attributes = [{ Name: 'mail', Values: ['${user:email}'] }];
    const made = await create({ Preset: 'slack', PresetParameters: { Workspace: 'acme' }, Attributes });
    expect(made.answer['Application']?.['Saml']).toMatchObject({
      EntityId: 'https://slack.com',
      Acs: [{ Url: 'https://acme.slack.com/sso/saml', Index: 0, IsDefault: true }],
      SignResponse: true,
      Attributes: [{ Name: 'mail', NameFormat: 'basic', Values: ['${user:email}'] }],
    });
    expect(made.answer['Application']?.['Saml']).not.toHaveProperty('Preset');
    const ApplicationId = idOf(made);
    const Saml = { Preset: 'slack', PresetParameters: { Workspace: 'other' } };
    const changed = await ask('UpdateApplication', { ApplicationId, Saml });
    expect(changed.answer['Application']?.['Saml']).toMatchObject({
      Acs: [{ Url: 'https://other.slack.com/sso/saml' }],
      Attributes: [{ Name: 'User.Email', NameFormat: 'unspecified' }, { Name: 'User.Username' }],
    });
  });

  test('its start URL is the one of the service, unless another is given', async () => {
    const PresetParameters = { Url: 'https://jenkins.example' };
    const made = await create({ Preset: 'jenkins', PresetParameters });
    expect(made.answer['Application']?.['StartUrl']).toBe('https://jenkins.example/securityRealm/commenceLogin');
    const StartUrl = 'https://intranet.example/';
    const ApplicationId = idOf(made);
    const changed = await ask('UpdateApplication', {
      ApplicationId,
      StartUrl,
      Saml: { Preset: 'jenkins', PresetParameters },
    });
    expect(changed.answer['Application']?.['StartUrl']).toBe(StartUrl);
    const none = await ask('UpdateApplication', { ApplicationId, StartUrl: '' });
    expect(none.answer['Application']).not.toHaveProperty('StartUrl');
  });

  test.each<[string, object, string]>([
    ['no parameter', { Preset: 'slack' }, 'Saml.PresetParameters: Workspace is needed, such as acme'],
    ['no preset', { PresetParameters: { Url: 'https://x.example' } }, 'Saml.Preset: is needed with PresetParameters'],
    ['an unknown preset', { Preset: 'nothing' }, "at 'saml.preset'"],
    [
      'attributes without a value',
      { EntityId: 'x', Acs: [{ Url: 'https://x.example' }], Attributes: [{ Name: 'x' }] },
      'Saml.Attributes.0.Values: must not be empty, unless a group has values',
    ],
  ])('%s is refused', async (_what, Saml, message) => {
    const { status, answer } = await create(Saml);
    expect([status, answer.message]).toEqual([400, expect.stringContaining(message)]);
  });
});

describe('[S46] assertions for the audience of another application', () => {
  const sp = (name: string, more: object = {}) => ({
    EntityId: `https://${name}.example/saml`,
    Acs: [{ Url: `https://${name}.example/acs` }],
    ...more,
  });

  test('are refused at creation and change, whichever of the two names is taken', async () => {
    const victim = await create(sp('payroll', { Audience: 'urn:payroll' }));
    const id = idOf(victim);
    for (const Audience of ['urn:payroll', 'https://payroll.example/saml']) {
      const { status, answer } = await create(sp('attacker', { Audience }));
      expect([status, answer.message]).toEqual([
        400,
        expect.stringContaining(`Saml.Audience: ${Audience} is the entity id or audience of the application ${id}`),
      ]);
    }
    const named = await create({ ...sp('attacker'), EntityId: 'urn:payroll' });
    expect(named.answer.message).toContain('Saml.EntityId: urn:payroll is the entity id or audience of');
    const own = idOf(await create(sp('attacker', { Audience: 'urn:own' })));
    const changed = await ask('UpdateApplication', { ApplicationId: own, Saml: { Audience: 'urn:payroll' } });
    expect(changed.status).toBe(400);
    // The victim itself can be changed as before.
    expect((await ask('UpdateApplication', { ApplicationId: id, Saml: { SignResponse: true } })).status).toBe(200);
  });
});
