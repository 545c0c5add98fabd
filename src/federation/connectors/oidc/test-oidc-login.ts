import type { JWTPayload } from 'jose';
import type { Claims } from '../../provisioning/read-claim.ts';
import { checkTimes } from '../../web-identity/check-times.ts';
import type { IssuerKeys } from '../../web-identity/key-cache.ts';
import { type ReadToken, readToken } from '../../web-identity/read-token.ts';
import { verifyWithKeys } from '../../web-identity/verify-with-keys.ts';
import { LoginRefused } from '../login-refused.ts';
import { CheckList } from '../login-tests/check-list.ts';
import type { LoginTester, TestedLogin } from '../tested-login.ts';
import type { VerifiedLogin } from '../verified-login.ts';
import type { OpenOidcSettings } from './open-settings.ts';
import { readLogin } from './read-login.ts';

interface Dependencies {
  readonly settings: OpenOidcSettings;
  readonly keys: IssuerKeys;
}

/** Tests logins of an OpenID Connect provider by an ID token, or by claims alone. */
export function oidcLoginTester(deps: Dependencies): LoginTester {
  return {
    async test(evidence, now) {
      const list = new CheckList();
      switch (evidence.kind) {
        case 'claims':
          return { login: testClaims(list, deps.settings, evidence.claims), checks: list.checks };
        case 'id-token':
          return await testIdToken(list, deps, { text: evidence.token, now });
        default:
          return undefined;
      }
    },
  };
}

async function testIdToken(
  list: CheckList,
  { settings, keys }: Dependencies,
  { text, now }: { readonly text: string; readonly now: number },
): Promise<TestedLogin> {
  let token: ReadToken | undefined;
  await list.run('token', () => {
    token = readToken(text);
    const { sub } = token.claims;
    if (typeof sub !== 'string' || sub === '') throw new LoginRefused('token', 'the claim sub is absent');
    return `alg ${token.alg}`;
  });
  if (token === undefined) return { login: undefined, checks: list.checks };
  const read = token;
  const { claims } = read;
  const isOurs = await list.run('issuer', () => requireIssuer(read.issuer, settings.issuer));
  await list.run('audience', () => requireAudience(claims, settings.clientId));
  await list.run('expiry', () => timesOf(claims, now));
  // Keys are only ever fetched from the connector's own issuer: a token must not choose where this server connects to.
  if (isOurs) await list.run('signature', async () => `${await verified(keys, read)}`);
  else list.skipped('signature', 'the token is of another issuer');
  list.skipped('nonce', 'belongs to one sign-in');
  if (settings.userinfo) list.skipped('userinfo', 'an ID token cannot show what the userinfo endpoint says');
  return { login: testClaims(list, settings, claims), checks: list.checks };
}

async function verified(keys: IssuerKeys, token: ReadToken): Promise<string> {
  await verifyWithKeys(keys, token);
  return typeof token.kid === 'string' ? `key ${token.kid}` : 'a key of the issuer';
}

function requireIssuer(issuer: string, expected: string): string {
  if (issuer !== expected) throw new LoginRefused('issuer', `iss ${issuer}, not ${expected}`);
  return issuer;
}

/** OpenID Connect Core §3.1.3.7, 3 to 5, as the library for sign-ins has it: of several audiences, `azp` must name this client. */
function requireAudience({ aud, azp }: JWTPayload, clientId: string): string {
  const audiences = Array.isArray(aud) ? aud : [aud];
  const shown = `aud ${JSON.stringify(aud) ?? 'is absent'}`;
  if (!audiences.includes(clientId)) throw new LoginRefused('audience', `${shown}, not ${clientId}`);
  if (Array.isArray(aud) && aud.length !== 1 && azp !== clientId) {
    throw new LoginRefused('audience', `${shown}, azp ${String(azp ?? 'is absent')}, not ${clientId}`);
  }
  return shown;
}

function timesOf(claims: JWTPayload, now: number): string {
  checkTimes(claims, now);
  return `exp ${new Date((claims.exp ?? 0) * 1000).toISOString()}`;
}

/** The checks on the claims. A person of a wrong domain is still a person, so that the rest can be explained. */
function testClaims(list: CheckList, settings: OpenOidcSettings, claims: Claims): VerifiedLogin | undefined {
  const { hostedDomains: _domains, ...anyDomain } = settings;
  try {
    const login = readLogin(anyDomain, claims, { signed: claims, authenticatedSince: undefined });
    list.passed('subject', `${settings.subjectClaim} ${login.subject}`);
    testHostedDomain(list, settings, claims);
    return login;
  } catch (error) {
    if (!(error instanceof LoginRefused)) throw error;
    list.failed(error);
    return undefined;
  }
}

function testHostedDomain(list: CheckList, settings: OpenOidcSettings, claims: Claims): void {
  if (settings.hostedDomains === undefined) return;
  try {
    readLogin(settings, claims, { signed: claims, authenticatedSince: undefined });
    list.passed('hosted-domain', `hd ${String(claims['hd'])}`);
  } catch (error) {
    if (!(error instanceof LoginRefused)) throw error;
    list.failed(error);
  }
}
