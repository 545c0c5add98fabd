import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { makeUser } from '../sts/people.ts';
import { ACCOUNT_ID, type InProcessServer, type Key, startInProcess } from '../support/in-process-server.ts';
import { send, signedJson } from '../support/wire.ts';

let server: InProcessServer;
/** A client whose tokens are exchanged. */
let web: string;
beforeAll(async () => {
  server = await startInProcess();
  web = await create({ DisplayName: 'Web', Oidc: { RedirectUris: ['https://web.example/callback'] } });
});
afterAll(() => server.close());

interface Shown {
  readonly ApplicationId: string;
  readonly Oidc?: Readonly<Record<string, unknown>>;
}

async function ask(operation: string, input: object, key: Key = server.admin) {
  const { status, body } = await send(server.url, signedJson(server.url, operation, input, key));
  return { status, answer: JSON.parse(body) as { Application: Shown; __type?: string; message?: string } };
}
async function create(input: object): Promise<string> {
  const { status, answer } = await ask('CreateApplication', input);
  expect([status, answer.message]).toEqual([200, undefined]);
  return answer.Application.ApplicationId;
}

const arnOf = (id: string): string => `arn:aws:rolecall::${ACCOUNT_ID}:application/${id}`;
const allow = (...statements: readonly [string, string][]): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: statements.map(([Action, Resource]) => ({ Effect: 'Allow', Action, Resource })),
  });
const exchanging = (TokenExchange: object) => ({
  DisplayName: 'API',
  Oidc: { GrantTypes: ['TOKEN_EXCHANGE'], TokenExchange },
});

describe('[RFC 8693] token exchange by the API of applications', () => {
  test('is given, shown, changed and taken away', async () => {
    const Subjects = [{ ClientId: web }];
    const ApplicationId = await create(exchanging({ Subjects }));
    const shown = async () => (await ask('GetApplication', { ApplicationId })).answer.Application.Oidc;
    expect(await shown()).toMatchObject({ GrantTypes: ['TOKEN_EXCHANGE'], TokenExchange: { Subjects } });
    const wider = { Subjects: [{ ClientId: web, Impersonation: true }], Audiences: [web] };
    expect((await ask('UpdateApplication', { ApplicationId, Oidc: { TokenExchange: wider } })).status).toBe(200);
    expect(await shown()).toMatchObject({ TokenExchange: wider });
    expect((await ask('UpdateApplication', { ApplicationId, Oidc: { TokenExchange: {} } })).status).toBe(200);
    expect(JSON.stringify(await shown())).not.toContain(web);
  });

  test('[S39] each client that is added needs rolecall:GrantTokenExchange on it', async () => {
    const key = await makeUser(
      server,
      'developer',
      allow(['rolecall:CreateApplication', '*'], ['rolecall:UpdateApplication', '*']),
    );
    for (const TokenExchange of [{ Subjects: [{ ClientId: web }] }, { Audiences: [web] }]) {
      expect(await ask('CreateApplication', exchanging(TokenExchange), key)).toMatchObject({
        status: 400,
        answer: { __type: expect.stringContaining('AccessDenied'), message: expect.stringContaining(arnOf(web)) },
      });
    }
    const granting = await makeUser(
      server,
      'granter',
      allow(['rolecall:CreateApplication', '*'], ['rolecall:GrantTokenExchange', arnOf(web)]),
    );
    expect((await ask('CreateApplication', exchanging({ Subjects: [{ ClientId: web }] }), granting)).status).toBe(200);
  });

  test('a change that adds no client needs nothing more', async () => {
    const ApplicationId = await create(exchanging({ Subjects: [{ ClientId: web }] }));
    const key = await makeUser(server, 'editor', allow(['rolecall:UpdateApplication', '*']));
    expect((await ask('UpdateApplication', { ApplicationId, DisplayName: 'Orders' }, key)).status).toBe(200);
    const fewer = { ApplicationId, Oidc: { TokenExchange: { Subjects: [] } } };
    expect((await ask('UpdateApplication', fewer, key)).status).toBe(200);
  });

  test('public clients cannot have it', async () => {
    const { status, answer } = await ask('CreateApplication', {
      DisplayName: 'SPA',
      Oidc: { GrantTypes: ['TOKEN_EXCHANGE'], ClientAuthentication: 'NONE' },
    });
    expect([status, answer.message]).toEqual([
      400,
      expect.stringContaining('token-exchange needs a client that authenticates'),
    ]);
  });
});
