import { ServiceError } from '../../kernel/service-error.ts';
import { FEDERATION_ERRORS } from '../federation-errors.ts';

/** The check that a web identity token failed: a closed list, since metrics use it as a label. */
export type TokenCheck =
  | 'format'
  | 'issuer'
  | 'provider'
  | 'keys'
  | 'algorithm'
  | 'signature'
  | 'expiry'
  | 'not-before'
  | 'issued-at'
  | 'audience'
  | 'subject'
  | 'claims'
  | 'tags'
  | 'source-identity'
  | 'login';

/** Longer values of a token are truncated in the audit log. */
const DETAIL_LIMIT = 200;

interface TokenFaultOptions {
  /** Default: InvalidIdentityToken. */
  readonly code?: keyof typeof FEDERATION_ERRORS;
  /** What the administrator sees in the audit log besides the check: issuer, audience, key id or time, but no other claim. */
  readonly detail?: string;
  readonly cause?: unknown;
}

/** A web identity token is refused. The caller gets AWS's message; the audit log also names the check that failed. */
export class TokenFault extends ServiceError {
  readonly check: TokenCheck;
  readonly detail: string;

  constructor(
    check: TokenCheck,
    message: string,
    { code = 'InvalidIdentityToken', detail = '', cause }: TokenFaultOptions = {},
  ) {
    const shown = detail.length > DETAIL_LIMIT ? `${detail.slice(0, DETAIL_LIMIT)}…` : detail;
    super(FEDERATION_ERRORS[code], message, {
      cause,
      kind: check,
      recorded: shown === '' ? `check failed: ${check}` : `check failed: ${check}: ${shown}`,
    });
    this.check = check;
    this.detail = shown;
  }
}
