import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { allow, makeUser } from '../sts/people.ts';
import { type InProcessServer, type Key, startInProcess } from '../support/in-process-server.ts';
import { send, signedJson } from '../support/wire.ts';

let server: InProcessServer;
beforeAll(async () => {
  server = await startInProcess();
});
afterAll(() => server.close());

interface Answer {
  readonly Application: { readonly ApplicationId: string; readonly Oidc: Readonly<Record<string, unknown>> };
  readonly __type?: string;
  readonly message?: string;
}
async function ask(operation: string, input: object, key: Key = server.admin): Promise<Answer> {
  return JSON.parse((await send(server.url, signedJson(server.url, operation, input, key))).body) as Answer;
}

const MACHINE = {
  GrantTypes: ['CLIENT_CREDENTIALS'],
  Resources: [{ Resource: 'https://api.example/v1', Scopes: ['read'] }],
};

test('claims in access tokens need permission for their resources, and claims elsewhere do not', async () => {
  const plain = await makeUser(
    server,
    'claims-admin',
    allow(['rolecall:CreateApplication', 'rolecall:UpdateApplication']),
  );
  const Claims = [{ Name: 'role', Values: ['reader'], List: false, In: ['ID_TOKEN', 'USERINFO'] }];
  const ForGroups = [{ Group: 'staff', Values: ['root'] }];
  const inTokens = [{ Name: 'role', Values: [], ForGroups, List: true, In: ['ACCESS_TOKEN'] }];
  const { ApplicationId } = (await ask('CreateApplication', { DisplayName: 'Job', Oidc: MACHINE })).Application;
  const change = (Oidc: object, by: Key) => ask('UpdateApplication', { ApplicationId, Oidc }, by);
  expect((await change({ Claims }, plain)).Application.Oidc).toMatchObject({ Claims });
  expect((await change({ Claims: inTokens }, plain)).__type).toBe('AccessDeniedException');
  expect((await change({ Claims: inTokens }, server.admin)).Application.Oidc).toMatchObject({ Claims: inTokens });
  // What is there already needs no permission, and lists that are left out stay.
  expect(
    (await change({ Claims: [...Claims.map((each) => ({ ...each, Name: 'x' })), ...inTokens] }, plain)).__type,
  ).toBeUndefined();
  expect((await change({ Scopes: ['openid'] }, plain)).Application.Oidc['Claims']).toHaveLength(2);
  expect((await change({ Claims: [] }, plain)).__type).toBe('AccessDeniedException');
  const { Oidc } = (await change({ Claims: [], Resources: [] }, plain)).Application;
  expect(Oidc).not.toHaveProperty('Claims');
  const reserved = await change({ Claims: [{ Name: 'sub', Values: ['x'] }] }, plain);
  expect(reserved.message).toContain('Oidc.Claims.0.Name: has a meaning that cannot be replaced');
});
