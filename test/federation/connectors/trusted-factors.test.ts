import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as oidc from 'openid-client';
import { metadataOf, rsaKey } from '../../../harness/saml-metadata.ts';
import { countedFactor } from '../../../src/federation/provisioning/trusted-factors.ts';
import { codeAt, timeStepAt } from '../../../src/identity/factors/totp.ts';
import { expectLeft, expectPage } from '../../oidc/app.ts';
import { ACCOUNT } from '../../oidc/installation.ts';
import { type LyingIssuer, startLyingIssuer } from '../../support/lying-issuer.ts';
import { type Browser, type ConnectorScene, connectorScene, openBrowser, openSignIn } from './scene.ts';

/** The provider is a stand-in: an issuer of the tests that says what a test wants. */

const SEED = Buffer.alloc(20, 5);
let scene: ConnectorScene;
let issuer: LyingIssuer;
beforeAll(async () => {
  scene = await connectorScene();
  issuer = await startLyingIssuer();
  await configure({ amr: ['mfa', 'hwk'], acr: ['gold'] });
  const { sub } = (await tokensFor({})).claims() ?? { sub: '' };
  const serialNumber = `arn:aws:iam::${ACCOUNT}:mfa/ada`;
  const sealedSeed = scene.keyRing.sealer.seal(SEED, serialNumber);
  await scene.identities.users.update([ACCOUNT, sub], (old) => ({
    ...old,
    mfaDevices: [{ serialNumber, sealedSeed, enabledAt: 0, lastTimeStep: 0 }],
  }));
});
afterAll(async () => {
  await issuer.close();
  await scene.close();
});

async function configure(trustedFactors: object | undefined, more: object = {}): Promise<void> {
  const client = { issuer: issuer.issuer, clientId: 'us', clientSecret: 'secret' };
  await scene.configure([
    { ...client, name: 'corp', displayName: 'Corp', ...(trustedFactors && { trustedFactors }), ...more },
  ]);
}

/** Signs Ada in with what the provider says of her; `more` is what the app asks for. */
async function signIn(claims: object, more: Record<string, string> = {}, browser: Browser = openBrowser(scene)) {
  const { page, login } = await openSignIn(scene, browser, more);
  const { searchParams: asked } = expectLeft(await page.submit('continue with corp'));
  const now = Math.floor(Date.now() / 1000);
  const basic = { iss: issuer.issuer, aud: 'us', sub: 'ada', preferred_username: 'ada', iat: now, exp: now + 60 };
  issuer.idToken = await issuer.sign({ ...basic, nonce: asked.get('nonce'), ...claims });
  const query = new URLSearchParams({ code: 'c', state: asked.get('state') ?? '' });
  const seen = expectPage(await browser.person.open(`${asked.get('redirect_uri')}?${query}`));
  return { seen, login, browser };
}

async function tokensFor(claims: object) {
  const { seen, login } = await signIn(claims);
  return await oidc.authorizationCodeGrant(scene.app, expectLeft(await seen.submit('allow')), login.checks);
}

const lastEvent = () => scene.events.filter(({ eventName }) => eventName === 'ConnectorSignIn').at(-1);
const CODE = 'Enter your code';
const CONSENT = 'Allow';

describe('with trusted factors', () => {
  test.each([
    ['amr', { amr: ['pwd', 'mfa'] }, 'amr mfa'],
    ['another amr', { amr: ['hwk'] }, 'amr hwk'],
    ['acr', { amr: ['pwd'], acr: 'gold' }, 'acr gold'],
  ])('a login with a stated value of %s counts, and the record says which', async (_, claims, trustedFactor) => {
    expect((await tokensFor(claims)).claims()).toMatchObject({ amr: ['mfa'] });
    expect(lastEvent()).toMatchObject({
      outcome: 'allowed',
      authentication: { method: 'connector', mfa: true },
      request: { trustedFactor },
    });
  });

  test.each([
    ['nothing', {}],
    ['another value', { amr: ['pwd', 'otp'], acr: 'silver' }],
    ['another case', { amr: ['MFA'], acr: 'Gold' }],
    ['a part of a value', { amr: ['mfa2', 'mf'], acr: 'gold plated' }],
    ['values in one text', { amr: 'pwd mfa', acr: ['gold'] }],
    ['values of the other claim', { amr: ['gold'], acr: 'mfa' }],
    ['another claim', { amr: ['pwd'], authnmethodsreferences: ['mfa'] }],
  ])('[S30] %s does not count', async (_, claims) => {
    expect((await signIn(claims)).seen.heading).toBe(CODE);
    expect(lastEvent()?.request).not.toHaveProperty('trustedFactor');
    expect(lastEvent()?.authentication).toMatchObject({ mfa: false });
  });

  test('[S30] what the userinfo endpoint says does not count, because it is not signed', async () => {
    await configure({ amr: ['mfa'], acr: ['gold'] }, { userinfo: true });
    issuer.instead = (path: string, response: ServerResponse) => {
      if (path !== '/userinfo') return false;
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ sub: 'ada', name: 'From userinfo', amr: ['mfa'], acr: 'gold' }));
      return true;
    };
    try {
      expect((await signIn({})).seen.heading).toBe(CODE);
      expect(issuer.asked).toContain('/userinfo');
      expect((await signIn({ amr: ['mfa'] })).seen.heading).toContain(CONSENT);
    } finally {
      issuer.instead = undefined;
      await configure({ amr: ['mfa', 'hwk'], acr: ['gold'] });
    }
  });

  test('[S37] a login older than the authentication that was asked for does not count', async () => {
    const again = { prompt: 'login consent' };
    const now = Math.floor(Date.now() / 1000);
    const old = await signIn({ amr: ['mfa'], auth_time: now - 3600 }, again);
    expect(old.seen.heading).toBe('Sign-in did not work');
    expect(scene.outcomes.at(-1)).toBe('auth-time');
    // A provider that does not say when may have ignored the wish.
    expect((await signIn({ amr: ['mfa'] }, again)).seen.heading).toBe(CODE);
    expect((await signIn({ amr: ['mfa'], auth_time: now + 1 }, again)).seen.heading).toContain(CONSENT);
  });

  test('the session has the second factor: pages and apps do not ask for it again', async () => {
    const { browser } = await signIn({ amr: ['mfa'] });
    const again = await openSignIn(scene, browser);
    expect(again.page.heading).toContain(CONSENT);
    expect(expectPage(await browser.person.open(`${scene.url}/sign-in`)).heading).not.toBe('Sign in');
  });

  test('without such a value, the code of the device still does', async () => {
    const { seen, login } = await signIn({ amr: ['pwd'] });
    const page = expectPage(await seen.submit('continue', { code: codeAt(SEED, timeStepAt(Date.now())) }));
    const left = expectLeft(await page.submit('allow'));
    const tokens = await oidc.authorizationCodeGrant(scene.app, left, login.checks);
    expect(tokens.claims()).toMatchObject({ amr: ['otp', 'mfa'] });
  });
});

describe('[S37] a factor that cannot be phished', () => {
  const acrFor = async (claims: object): Promise<unknown> => {
    const { seen, login } = await signIn(claims, { acr_values: 'phr mfa' });
    const left = expectLeft(await seen.submit('allow'));
    return (await oidc.authorizationCodeGrant(scene.app, left, login.checks)).claims()?.['acr'];
  };

  test('counts only by the values that the connector names for it', async () => {
    await configure({ amr: ['mfa', 'hwk'] });
    expect(await acrFor({ amr: ['mfa', 'hwk'], acr: 'phr' })).toBe('mfa');
    await configure({ amr: ['mfa'], phishingResistant: ['phr', 'fido'] });
    expect(await acrFor({ amr: ['mfa'] })).toBe('mfa');
    expect(await acrFor({ acr: 'phr' })).toBe('phr');
    expect(lastEvent()?.request).toMatchObject({ trustedFactor: 'acr phr', phishingResistant: 'acr phr' });
    expect(await acrFor({ amr: ['fido'] })).toBe('phr');
    await configure({ amr: ['mfa', 'hwk'], acr: ['gold'] });
  });
});

test('[S30] taking the setting away takes effect at the next sign-in', async () => {
  await configure(undefined);
  expect((await signIn({ amr: ['mfa'], acr: 'gold' })).seen.heading).toBe(CODE);
});

test('settings that could trust everything, or nothing, are refused', async () => {
  for (const trustedFactors of [{}, { amr: [] }, { amr: [''] }, { amr: 'mfa' }, { other: ['mfa'] }]) {
    await expect(configure(trustedFactors)).rejects.toThrow(/trustedFactors/);
  }
  const saml = { name: 'saml', kind: 'saml', metadata: metadataOf(rsaKey()), trustedFactors: { amr: ['mfa'] } };
  await expect(scene.configure([saml])).rejects.toThrow(/trustedFactors/);
  const github = { name: 'hub', kind: 'oauth2', preset: 'github', clientId: 'us', clientSecret: 'secret' };
  await expect(scene.configure([{ ...github, trustedFactors: { amr: ['mfa'] } }])).rejects.toThrow(/trustedFactors/);
});

test('a login whose connector vouches for nothing never counts', () => {
  const settings = { kind: 'oidc', trustedFactors: { amr: ['mfa'] } } as Parameters<typeof countedFactor>[0];
  expect(countedFactor(settings, { amr: ['mfa'], acr: undefined, vouchesForFactors: true })).toBe('amr mfa');
  expect(countedFactor(settings, { amr: ['mfa'], acr: undefined })).toBeUndefined();
});
