import { afterAll, beforeAll, expect, test } from '@jest/globals';
import * as oidc from 'openid-client';
import { newPerson } from '../../harness/person.ts';
import { ACCOUNT_ID, type Key } from '../support/in-process-server.ts';
import { expectLeft, expectPage } from './app.ts';
import { type ExchangeScene, openExchangeScene, PASSWORD } from './token-exchange/exchange-scene.ts';

/** The example of docs/mobile-apps.md. */
const CALLBACK = 'com.example.photos:/callback';
const PHOTOS = {
  client_id: 'photos',
  client_name: 'Photos',
  application_type: 'native',
  token_endpoint_auth_method: 'none',
  redirect_uris: [CALLBACK, 'https://photos.example.com/app/callback'],
  grant_types: ['authorization_code', 'refresh_token'],
  dpop_bound_access_tokens: true,
};
let scene: ExchangeScene;
beforeAll(async () => {
  scene = await openExchangeScene([PHOTOS]);
});
afterAll(() => scene.close());

const policy = (statement: object): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: { Effect: 'Allow', ...statement } });

async function signIn(name: string, redirect_uri = CALLBACK) {
  const config = await oidc.discovery(new URL(`${scene.server.url}/oidc`), 'photos', undefined, oidc.None(), {
    execute: [oidc.allowInsecureRequests],
  });
  const DPoP = oidc.getDPoPHandle(config, await oidc.randomDPoPKeyPair('ES256'));
  const pkceCodeVerifier = oidc.randomPKCECodeVerifier();
  const expectedState = oidc.randomState();
  const url = oidc.buildAuthorizationUrl(config, {
    redirect_uri,
    scope: 'openid offline_access',
    prompt: 'consent',
    state: expectedState,
    code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    dpop_jkt: await DPoP.calculateThumbprint(),
  });
  const page = expectPage(await newPerson(scene.server.url).open(url.href));
  const typed = { account: ACCOUNT_ID, 'user name': name, password: PASSWORD };
  const callback = expectLeft(await expectPage(await page.submit('sign in', typed)).submit('allow'));
  const checks = { pkceCodeVerifier, expectedState };
  return { config, DPoP, callback, checks };
}

test('[RFC 8252 §7] a native app signs in by its scheme, PKCE and DPoP; its tokens need its key', async () => {
  await scene.addPerson('ada');
  for (const uri of PHOTOS.redirect_uris) {
    const { config, DPoP, callback, checks } = await signIn('ada', uri);
    expect(callback.href.startsWith(uri)).toBe(true);
    const tokens = await oidc.authorizationCodeGrant(config, callback, checks, {}, { DPoP });
    expect(tokens.token_type).toBe('dpop');
    const thief = { DPoP: oidc.getDPoPHandle(config, await oidc.randomDPoPKeyPair('ES256')) };
    const { refresh_token: refresh = '' } = tokens;
    for (const stolen of [{}, thief]) {
      await expect(oidc.refreshTokenGrant(config, refresh, {}, stolen)).rejects.toMatchObject({ status: 400 });
    }
    const renewed = await oidc.refreshTokenGrant(config, refresh, {}, { DPoP });
    expect(renewed.refresh_token).not.toBe(refresh);
  }
});

test('[RFC 9449 §10] a code that another app on the device has caught is worth nothing to it', async () => {
  const { config, callback, checks } = await signIn('ada');
  const thief = oidc.getDPoPHandle(config, await oidc.randomDPoPKeyPair('ES256'));
  await expect(oidc.authorizationCodeGrant(config, callback, checks, {}, { DPoP: thief })).rejects.toMatchObject({
    error: 'invalid_grant',
  });
});

test('role credentials reach the person’s own data alone, by a policy variable', async () => {
  const { iam, server, clientsOf } = scene;
  await scene.addPerson('bea');
  const provider = `${server.url.replace('http://', '')}/oidc`;
  await iam.createOpenIDConnectProvider({
    Url: `${server.url}/oidc`,
    ClientIDList: ['photos'],
    ThumbprintList: ['a'.repeat(40)],
  });
  await iam.createRole({
    RoleName: 'photos',
    AssumeRolePolicyDocument: policy({
      Principal: { Federated: `arn:aws:iam::${ACCOUNT_ID}:oidc-provider/${provider}` },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: { StringEquals: { [`${provider}:aud`]: 'photos' } },
    }),
  });
  // Something of each person that a path with their `sub` names, as objects in a bucket would be.
  const Resource = `arn:aws:iam::${ACCOUNT_ID}:user/\${${provider}:sub}/*`;
  await iam.putRolePolicy({
    RoleName: 'photos',
    PolicyName: 'own',
    PolicyDocument: policy({ Action: 'iam:GetUser', Resource }),
  });
  const subjects = new Map<string, string>();
  for (const UserName of ['ada', 'bea']) {
    const { User } = await iam.getUser({ UserName });
    subjects.set(UserName, User?.UserId ?? '');
    await iam.updateUser({ UserName, NewPath: `/${User?.UserId}/` });
  }
  for (const [own, other] of [
    ['ada', 'bea'],
    ['bea', 'ada'],
  ] as const) {
    const { config, DPoP, callback, checks } = await signIn(own);
    const tokens = await oidc.authorizationCodeGrant(config, callback, checks, {}, { DPoP });
    expect(tokens.claims()?.sub).toBe(subjects.get(own));
    const nobody = clientsOf({ accessKeyId: 'none', secretAccessKey: 'none' } as Key);
    const { Credentials } = await nobody.sts.assumeRoleWithWebIdentity({
      RoleArn: `arn:aws:iam::${ACCOUNT_ID}:role/photos`,
      // The app chooses it, so no policy may rely on it.
      RoleSessionName: subjects.get(other) ?? '',
      WebIdentityToken: tokens.id_token ?? '',
    });
    const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {};
    const mine = clientsOf({ accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken });
    expect((await mine.iam.getUser({ UserName: own })).User?.UserName).toBe(own);
    await expect(mine.iam.getUser({ UserName: other })).rejects.toMatchObject({ name: 'AccessDenied' });
  }
});
