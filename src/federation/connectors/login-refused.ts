/** The check that a login through a connector failed: a closed list, because metrics use it as a label. */
export type LoginCheck =
  | 'state'
  | 'browser'
  | 'connector'
  | 'disabled'
  | 'parameters'
  | 'declined'
  | 'provider-error'
  | 'unreachable'
  | 'metadata'
  | 'mix-up'
  | 'code'
  | 'refresh'
  | 'gone'
  | 'token'
  | 'issuer'
  | 'audience'
  | 'nonce'
  | 'algorithm'
  | 'signature'
  | 'expiry'
  | 'auth-time'
  | 'response'
  | 'recipient'
  | 'in-response-to'
  | 'replay'
  | 'encryption'
  | 'authn-context'
  | 'subject'
  | 'userinfo'
  | 'hosted-domain'
  | 'condition'
  | 'not-linked'
  | 'linked-elsewhere'
  | 'linking'
  | 'user'
  | 'credentials'
  | 'ambiguous'
  | 'password-due'
  | 'account-state'
  | 'throttled'
  | 'busy'
  | 'disabled-user';

/** Longer values are truncated in the audit log. */
const DETAIL_LIMIT = 200;

/** A login through a connector is refused. The person sees a calm page; the audit log names the check and the value. */
export class LoginRefused extends Error {
  override readonly name = 'LoginRefused';
  readonly check: LoginCheck;
  /** For the administrator: issuer, time, domain, or what the provider answered; never a token or a code. */
  readonly detail: string;

  constructor(check: LoginCheck, detail = '', cause?: unknown) {
    const shown = detail.length > DETAIL_LIMIT ? `${detail.slice(0, DETAIL_LIMIT)}…` : detail;
    super(shown === '' ? `check failed: ${check}` : `check failed: ${check}: ${shown}`, { cause });
    this.check = check;
    this.detail = shown;
  }
}

/** The refusal of a request for new tokens: an answer that cannot be read says nothing of the person. */
export function asUnanswered(refused: LoginRefused): LoginRefused {
  return refused.check === 'token' ? new LoginRefused('provider-error', refused.detail, refused) : refused;
}
