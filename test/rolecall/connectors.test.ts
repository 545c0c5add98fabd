import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { temporaryDirectory } from '../../harness/temporary-directory.ts';
import { allow, makeUser } from '../sts/people.ts';
import { ACCOUNT_ID, type InProcessServer, type Key, startInProcess } from '../support/in-process-server.ts';
import { send, signedJson } from '../support/wire.ts';

const directory = temporaryDirectory();
const SECRET = 'a client secret that nobody may read';
const connectors = ['beta', 'alpha'].map((name) => ({
  name,
  issuer: `https://${name}.example.com`,
  clientId: 'rolecall',
  clientSecret: SECRET,
  domains: [`${name}.example.com`],
  rules: { condition: { Bool: { 'login:email_verified': 'true' } } },
}));
let server: InProcessServer;
beforeAll(async () => {
  const file = join(directory.path, 'config.json');
  writeFileSync(file, JSON.stringify({ federation: { connectors } }));
  server = await startInProcess({ ROLECALL_CONFIG: file });
});
afterAll(async () => {
  await server.close();
  directory.remove();
});

const arnOf = (name: string): string => `arn:aws:rolecall::${ACCOUNT_ID}:connector/${name}`;

async function ask(operation: string, input: object, key: Key = server.admin) {
  const { status, body } = await send(server.url, signedJson(server.url, operation, input, key));
  return { status, body, answer: JSON.parse(body) as Record<string, unknown> };
}

test('a connector is shown without its secret, with the redirect URI to register', async () => {
  const { status, body, answer } = await ask('GetConnector', { Name: 'alpha' });
  expect(status).toBe(200);
  expect(answer['Connector']).toMatchObject({
    Name: 'alpha',
    Arn: arnOf('alpha'),
    Kind: 'OIDC',
    Enabled: true,
    Oidc: {
      Issuer: 'https://alpha.example.com',
      ClientId: 'rolecall',
      RedirectUri: expect.stringMatching(/\/federation\/alpha\/callback$/),
      Preset: 'OIDC',
      ClientAuthentication: 'CLIENT_SECRET_BASIC',
    },
    Domains: ['alpha.example.com'],
    Origin: 'FILE',
    Rules: { Condition: '{"Bool":{"login:email_verified":"true"}}', Groups: { Map: [], Always: [] } },
  });
  expect(body).not.toContain(SECRET);
  expect(body).not.toContain('ealedSecret');
});

test('connectors are listed by name, in pages', async () => {
  const first = await ask('ListConnectors', { MaxResults: 1 });
  expect(first.answer['Connectors']).toMatchObject([{ Name: 'alpha' }]);
  const next = await ask('ListConnectors', { NextToken: first.answer['NextToken'] });
  expect(next.answer['Connectors']).toMatchObject([{ Name: 'beta' }]);
  expect(next.answer).not.toHaveProperty('NextToken');
  expect((await ask('ListConnectors', { NextToken: 'forged' })).status).toBe(400);
});

test('a policy can allow one connector alone; a missing one is only reported to those who may see it', async () => {
  const partner = await makeUser(server, 'partner', allow('rolecall:GetConnector', arnOf('alpha')));
  expect((await ask('GetConnector', { Name: 'alpha' }, partner)).status).toBe(200);
  for (const Name of ['beta', 'missing']) {
    expect((await ask('GetConnector', { Name }, partner)).answer['__type']).toBe('AccessDeniedException');
  }
  expect((await ask('ListConnectors', {}, partner)).answer['__type']).toBe('AccessDeniedException');
  expect((await ask('GetConnector', { Name: 'missing' })).answer['__type']).toBe('NoSuchConnectorException');
});
