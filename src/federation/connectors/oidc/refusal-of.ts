import * as client from 'openid-client';
import { type LoginCheck, LoginRefused } from '../login-refused.ts';

/** The members of the library's errors that tell which check failed. */
interface Fault {
  readonly code?: unknown;
  readonly message?: string;
  readonly cause?: unknown;
  readonly claim?: unknown;
}

const CLAIM_CHECKS: Readonly<Record<string, LoginCheck>> = {
  iss: 'issuer',
  aud: 'audience',
  azp: 'audience',
  nonce: 'nonce',
  exp: 'expiry',
  iat: 'expiry',
  nbf: 'expiry',
};

/** Failures of the request itself, and answers with another status than expected. */
const UNREACHABLE = new Set(['OAUTH_TIMEOUT', 'OAUTH_ABORT', 'OAUTH_RESPONSE_IS_NOT_CONFORM']);

/** What an error of the library means: which check the provider's answer failed. */
export function refusalOf(error: unknown): LoginRefused {
  if (error instanceof LoginRefused) return error;
  if (error instanceof client.AuthorizationResponseError) {
    const check = error.error === 'access_denied' ? 'declined' : 'provider-error';
    return new LoginRefused(check, `the provider answered ${error.error}`, error);
  }
  if (error instanceof client.ResponseBodyError) {
    const check = error.error === 'invalid_grant' ? 'code' : 'provider-error';
    return new LoginRefused(check, `the token endpoint answered ${error.error}`, error);
  }
  const faults = chainOf(error);
  const code = faults.find((fault) => typeof fault.code === 'string')?.code;
  const messages = faults.map(({ message }) => message ?? '');
  const detail = messages.find((message) => !GENERAL.has(message) && message !== '') ?? '';
  return new LoginRefused(checkOf(faults, String(code), messages), detail, error);
}

/** What openid-client says of a whole class of faults; the cause says more. */
const GENERAL = new Set([
  'invalid response encountered',
  'unexpected JWT claim value encountered',
  'JWT timestamp claim value failed validation',
]);

function checkOf(faults: readonly Fault[], code: string, messages: readonly string[]): LoginCheck {
  const claim = faults.find((fault) => typeof fault.claim === 'string')?.claim;
  if (typeof claim === 'string') return CLAIM_CHECKS[claim] ?? 'token';
  if (messages.some((message) => message.includes('"iss" (issuer)'))) return 'mix-up';
  if (messages.some((message) => message.includes('"state"'))) return 'state';
  if (messages.some((message) => message.includes('"nonce"'))) return 'nonce';
  if (messages.some((message) => message.includes('"alg"'))) return 'algorithm';
  if (UNREACHABLE.has(code) || !code.startsWith('OAUTH_')) return 'unreachable';
  return 'token';
}

/** The error and its causes, outermost first. */
function chainOf(error: unknown): readonly Fault[] {
  const chain: Fault[] = [];
  for (let next: unknown = error; typeof next === 'object' && next !== null && chain.length < 8; ) {
    chain.push(next);
    next = (next as Fault).cause;
  }
  return chain;
}
