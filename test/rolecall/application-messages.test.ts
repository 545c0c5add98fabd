import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { SignJWT } from 'jose';
import { type InProcessServer, startInProcess } from '../support/in-process-server.ts';
import { send, signedJson } from '../support/wire.ts';

let server: InProcessServer;
beforeAll(async () => {
  server = await startInProcess();
});
afterAll(() => server.close());

interface Answer {
  readonly Application: { readonly ApplicationId: string; readonly Oidc: Readonly<Record<string, unknown>> };
  readonly ClientSecret?: string;
  readonly message?: string;
}
async function ask(operation: string, input: object): Promise<Answer> {
  return JSON.parse((await send(server.url, signedJson(server.url, operation, input, server.admin))).body) as Answer;
}
const create = (Oidc: object) => ask('CreateApplication', { DisplayName: 'App', Oidc });

const RedirectUris = ['https://app.example/callback'];
const KEY = { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' };
const Jwks = JSON.stringify({ keys: [KEY] });

test('how messages are signed and encrypted is shown as it was given, and each member is replaced as a whole', async () => {
  const Oidc = {
    RedirectUris,
    Jwks,
    ResponseTypes: ['CODE', 'CODE_ID_TOKEN'],
    ResponseModes: ['FORM_POST', 'JWT', 'QUERY_JWT'],
    IdTokenEncryption: { KeyAlgorithm: 'ECDH-ES+A256KW', ContentAlgorithm: 'A256GCM' },
    UserInfoResponse: { SigningAlgorithm: 'EdDSA' },
    AuthorizationResponse: { SigningAlgorithm: 'PS256', KeyAlgorithm: 'RSA-OAEP-256', ContentAlgorithm: 'A128GCM' },
    RequestObject: { SigningAlgorithm: 'EdDSA' },
    RequireSignedRequests: true,
    DefaultAcrValues: ['urn:x'],
  };
  const encrypted = { ...Oidc, IdTokenAlgorithm: 'ES256', DefaultAcrValues: [] };
  const { Application, message } = await create(encrypted);
  expect(message).toBeUndefined();
  const { DefaultAcrValues: _none, ...shown } = encrypted;
  expect(Application.Oidc).toMatchObject({ ...shown, Jwks: expect.any(String) });
  const { ApplicationId } = Application;
  const changed = await ask('UpdateApplication', {
    ApplicationId,
    Oidc: { AuthorizationResponse: { SigningAlgorithm: 'ES256' }, IdTokenEncryption: {}, ResponseTypes: [] },
  });
  expect(changed.Application.Oidc).toMatchObject({ AuthorizationResponse: { SigningAlgorithm: 'ES256' } });
  expect(changed.Application.Oidc['AuthorizationResponse']).toEqual({ SigningAlgorithm: 'ES256' });
  expect(changed.Application.Oidc).not.toHaveProperty('IdTokenEncryption');
  expect(changed.Application.Oidc).not.toHaveProperty('ResponseTypes');
});

test('[FAPI 2.0 Security Profile §5.3.2] what a profile forbids is refused by the name of the member', async () => {
  const Oidc = { RedirectUris, Jwks, ClientAuthentication: 'PRIVATE_KEY_JWT', Profile: 'FAPI2_MESSAGE_SIGNING' };
  const { Application } = await create(Oidc);
  expect(Application.Oidc).toMatchObject({ Profile: 'FAPI2_MESSAGE_SIGNING' });
  const { ApplicationId } = Application;
  const refused = await ask('UpdateApplication', {
    ApplicationId,
    Oidc: { UserInfoResponse: { SigningAlgorithm: 'RS256' } },
  });
  expect(refused.message).toContain('Oidc.UserInfoResponse.SigningAlgorithm: must be one of PS256, ES256, EdDSA');
  const off = await ask('UpdateApplication', { ApplicationId, Oidc: { Profile: 'NONE' } });
  expect(off.Application.Oidc).not.toHaveProperty('Profile');
});

test('[S04] an access token in the browser cannot be registered without the setting', async () => {
  const { message } = await create({ RedirectUris, ResponseTypes: ['CODE_TOKEN'] });
  expect(message).toContain('response_types');
});

test('CLIENT_SECRET_JWT: assertions by the secret before the present one are accepted until it expires', async () => {
  const created = await create({ RedirectUris, ClientAuthentication: 'CLIENT_SECRET_JWT' });
  const { ApplicationId } = created.Application;
  const accepted = async (secret = ''): Promise<boolean> => {
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      iss: ApplicationId,
      sub: ApplicationId,
      aud: `${server.url}/oidc`,
      jti: randomUUID(),
      exp: now + 60,
    };
    const answer = await fetch(`${server.url}/oidc/token/introspection`, {
      method: 'POST',
      body: new URLSearchParams({
        token: 'x',
        client_id: ApplicationId,
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: await new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from(secret)),
      }),
    });
    return answer.status === 200;
  };
  expect(await accepted(created.ClientSecret)).toBe(true);
  const overlapping = await ask('RotateApplicationSecret', { ApplicationId });
  expect([await accepted(created.ClientSecret), await accepted(overlapping.ClientSecret)]).toEqual([true, true]);
  const immediate = await ask('RotateApplicationSecret', { ApplicationId, OverlapSeconds: 0 });
  expect([await accepted(overlapping.ClientSecret), await accepted(immediate.ClientSecret)]).toEqual([false, true]);
});

test('[CIBA Core §4] an application that asks people by the back channel is registered, changed and shown', async () => {
  const Oidc = {
    GrantTypes: ['CIBA', 'REFRESH_TOKEN'],
    BackchannelDeliveryMode: 'PING',
    BackchannelNotificationUri: 'https://till.example/cb',
    BackchannelRequest: { SigningAlgorithm: 'EdDSA' },
    Jwks,
  };
  const { Application, message } = await create(Oidc);
  expect(message).toBeUndefined();
  expect(Application.Oidc).toMatchObject({ ...Oidc, Jwks: expect.any(String) });
  const { ApplicationId } = Application;
  const update = (change: object) => ask('UpdateApplication', { ApplicationId, Oidc: change });
  expect((await update({ ClientAuthentication: 'NONE' })).message).toContain(
    'Oidc.ClientAuthentication: must not be none',
  );
  expect((await update({ BackchannelNotificationUri: 'http://till.example' })).message).toContain(
    'Oidc.BackchannelNotificationUri: must be an https address',
  );
  const back = { GrantTypes: ['CLIENT_CREDENTIALS'], BackchannelNotificationUri: '', BackchannelRequest: {} };
  expect((await update(back)).message).toContain('Oidc.BackchannelDeliveryMode: needs the grant type');
  const off = await update({ ...back, BackchannelDeliveryMode: 'NONE' });
  expect(Object.keys(off.Application.Oidc).filter((name) => /^Backchannel(?!Logout)/.test(name))).toEqual([]);
});
