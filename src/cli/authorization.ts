import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { Failure } from './failure.ts';
import { printable } from './printable.ts';
import { CLIENT_ID, redeemCode, type Server, type StepUp, type Tokens } from './server.ts';

/** An authorization request, and what its answer is checked against. */
export interface Attempt {
  readonly url: string;
  readonly redirectUri: string;
  readonly issuer: string;
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

/**
 * Begins a sign-in: code flow with PKCE (RFC 7636), and consent, without which there is no refresh token.
 * @param stepUp how strong and how recent the sign-in must be.
 */
export function beginAttempt({ issuer, authorizationEndpoint }: Server, redirectUri: string, stepUp?: StepUp): Attempt {
  const secret = (): string => randomBytes(32).toString('base64url');
  const [state, nonce, verifier] = [secret(), secret(), secret()];
  const url = new URL(authorizationEndpoint);
  url.search = new URLSearchParams({
    client_id: CLIENT_ID,
    response_type: 'code',
    scope: 'openid offline_access rolecall',
    prompt: 'consent',
    redirect_uri: redirectUri,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    state,
    nonce,
    ...stepUp,
  }).toString();
  return { url: url.href, redirectUri, issuer, state, nonce, verifier };
}

function equals(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

/** Whether an answer belongs to the attempt. Any other is somebody else's, and must not end the attempt. */
export function isAnswerTo({ state }: Attempt, answer: URLSearchParams): boolean {
  const states = answer.getAll('state');
  return states.length === 1 && equals(states[0] ?? '', state);
}

/**
 * The code in an answer.
 * @throws {Failure} if the answer comes from another issuer (RFC 9207 §2.4), or says that the sign-in failed.
 */
export function codeIn({ issuer }: Attempt, answer: URLSearchParams): string {
  const only = (name: string): string | undefined => {
    const values = answer.getAll(name);
    if (values.length > 1) throw new Failure(`the answer has the parameter ${name} several times`);
    return values[0];
  };
  if (only('iss') !== issuer) throw new Failure('the answer comes from another server (iss), so it is not used');
  const error = only('error');
  if (error !== undefined) {
    const description = only('error_description') ?? '';
    const reason = error === 'access_denied' && description === '' ? 'you denied it' : `${error} ${description}`;
    throw new Failure(`the sign-in failed: ${printable(reason)}`);
  }
  const code = only('code');
  if (code === undefined) throw new Failure('the answer has no code');
  return code;
}

/** Exchanges the code for tokens. @throws {Failure} if the ID token is not for this attempt. */
export async function finishAttempt(server: Server, attempt: Attempt, code: string): Promise<Tokens> {
  const { verifier, redirectUri, issuer, nonce } = attempt;
  const tokens = await redeemCode(server, { code, verifier, redirectUri });
  const { iss, aud, nonce: said } = tokens.claims;
  const isOurs = iss === issuer && aud === CLIENT_ID && typeof said === 'string' && equals(said, nonce);
  if (!isOurs) throw new Failure('the ID token of the server is not for this sign-in, so it is not used');
  return tokens;
}
