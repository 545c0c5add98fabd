import { type LoginCheck, LoginRefused } from '../login-refused.ts';
import type { ProviderAnswer } from './call-provider.ts';

/** Errors that blame the code or the refresh token, and not the configuration. GitHub has names of its own. */
const GRANT_ERRORS = new Set(['invalid_grant', 'bad_verification_code', 'bad_refresh_token']);
/** Tokens of these types are of no use without a proof for each call, which this client does not make. */
const PROVEN_TYPES = new Set(['dpop', 'mac', 'pop']);
/** What may be repeated of a provider's error code (RFC 6749 §5.2), which may be anything. */
const ERROR_CODE = /^[\x20\x21\x23-\x5b\x5d-\x7e]{1,64}$/;

/** The tokens of an answer. */
export interface TokenAnswer {
  readonly accessToken: string;
  readonly refreshToken: string | undefined;
}

/**
 * The tokens of an answer. Errors may come with the status 200 (GitHub), as an object (Facebook), and form-encoded; the type of the
 * token may be missing or of the provider's own making.
 * @param grant the check that an answer fails which refuses the code or refresh token itself.
 * @throws {LoginRefused}
 */
export function readTokenAnswer(
  { status, headers, text }: ProviderAnswer,
  endpoint: string,
  grant: Extract<LoginCheck, 'code' | 'refresh'> = 'code',
): TokenAnswer {
  const answer = membersOf(text, headers.get('content-type') ?? '');
  const error = answer?.['error'];
  if (error !== undefined && error !== null) {
    const code = errorCodeOf(error);
    throw new LoginRefused(GRANT_ERRORS.has(code) ? grant : 'provider-error', `the token endpoint answered ${code}`);
  }
  if (status < 200 || status > 299) throw new LoginRefused('provider-error', `${endpoint} answered ${status}`);
  if (answer === undefined) throw new LoginRefused('token', `${endpoint} answered neither JSON nor a form`);
  const { access_token: token, token_type: type, refresh_token: refreshToken } = answer;
  if (typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token)) {
    throw new LoginRefused('token', `${endpoint} answered without an access token`);
  }
  if (typeof type === 'string' && PROVEN_TYPES.has(type.toLowerCase())) {
    throw new LoginRefused('token', `the access token is of the type ${type.toLowerCase()}, which is not supported`);
  }
  const isUsable = typeof refreshToken === 'string' && refreshToken !== '';
  return { accessToken: token, refreshToken: isUsable ? refreshToken : undefined };
}

function membersOf(text: string, contentType: string): Readonly<Record<string, unknown>> | undefined {
  // By its look: some providers send JSON as text/plain or text/javascript.
  if (/^\s*[{[]/.test(text)) {
    try {
      const value: unknown = JSON.parse(text);
      return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
    } catch {
      return undefined;
    }
  }
  return contentType.includes('html') ? undefined : formMembers(text);
}

/** A form with a repeated parameter has no meaning (RFC 6749 §3.2). */
function formMembers(text: string): Readonly<Record<string, unknown>> | undefined {
  const form = new URLSearchParams(text.trim());
  const names = [...form.keys()];
  const isClear = names.length > 0 && new Set(names).size === names.length;
  return isClear ? Object.fromEntries(form) : undefined;
}

function errorCodeOf(error: unknown): string {
  if (typeof error === 'string') return ERROR_CODE.test(error) ? error : 'an error';
  const { type, code } = error as { readonly type?: unknown; readonly code?: unknown };
  const shown = [type, code].filter((part) => typeof part === 'string' || typeof part === 'number').join(' ');
  return ERROR_CODE.test(shown) ? shown : 'an error';
}
