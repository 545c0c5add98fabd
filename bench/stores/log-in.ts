import { createHash, randomBytes, randomInt } from 'node:crypto';
import { newPerson, type Seen } from '../../harness/person.ts';
import { RefusedError } from './connection.ts';
import { APP, REDIRECT_URI, type Target } from './target.ts';

/** The tokens of a login or refresh; other fields are ignored. */
export interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
}

const AUTHORIZATION = `Basic ${Buffer.from(`${APP.client_id}:${encodeURIComponent(APP.client_secret)}`).toString('base64')}`;
const FORM = 'application/x-www-form-urlencoded';

/** An app's request to a token endpoint, as raw bytes. @param server.path Default: our endpoint. */
export function tokenRequest(
  { url, path = '/oidc/token' }: Pick<Target, 'url'> & { readonly path?: string },
  form: Readonly<Record<string, string>>,
): Buffer {
  const body = new URLSearchParams(form).toString();
  const head = [
    `POST ${path} HTTP/1.1`,
    `host: ${new URL(url).host}`,
    `authorization: ${AUTHORIZATION}`,
    `content-type: ${FORM}`,
    `content-length: ${Buffer.byteLength(body)}`,
  ];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`);
}

/**
 * A complete code-flow login in a fresh browser: sign-in page, password, consent, and exchanging the code for tokens. Each login
 * uses its own address, passed on like a proxy does, because one address may begin at most 1200 sign-ins a minute.
 */
export async function logIn(target: Target, person: Target['people'][number]): Promise<Tokens> {
  const address = `10.${randomInt(256)}.${randomInt(256)}.${randomInt(1, 255)}`;
  const verifier = randomBytes(32).toString('base64url');
  const question = new URLSearchParams({
    client_id: APP.client_id,
    redirect_uri: REDIRECT_URI,
    response_type: 'code',
    scope: 'openid profile email offline_access',
    prompt: 'consent',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    state: randomBytes(8).toString('hex'),
  });
  const browser = newPerson(target.url, { 'x-forwarded-for': address });
  const signIn = await browser.open(`${target.url}/oidc/auth?${question}`);
  requireNotRefused(signIn);
  if (signIn.kind !== 'page') throw new Error(`no sign-in page but ${signIn.url}`);
  const typed = { account: target.accountId, 'user name': person.userName, password: person.password };
  const consent = await signIn.submit('sign in', typed);
  requireNotRefused(consent);
  if (consent.kind !== 'page') throw new Error(`no consent was asked but ${consent.url}`);
  const back = await consent.submit('allow');
  requireNotRefused(back);
  const code = back.kind === 'left' ? back.url.searchParams.get('code') : null;
  if (code === null) throw new Error(`no code: ${back.kind === 'left' ? back.url : back.text}`);
  const answer = await fetch(`${target.url}/oidc/token`, {
    method: 'POST',
    headers: { authorization: AUTHORIZATION, 'content-type': FORM, 'x-forwarded-for': address },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code,
      redirect_uri: REDIRECT_URI,
      code_verifier: verifier,
    }),
  });
  if (answer.status === 503) throw new RefusedError(await answer.text());
  if (!answer.ok) throw new Error(`no tokens: ${await answer.text()}`);
  return (await answer.json()) as Tokens;
}

function requireNotRefused(seen: Seen): void {
  if (seen.kind === 'page' ? seen.status === 503 : seen.url.searchParams.get('error') === 'temporarily_unavailable')
    throw new RefusedError(seen.kind === 'page' ? seen.text : seen.url.href);
}
