import { ServiceError } from '../kernel/service-error.ts';
import { FEDERATION_ERRORS } from './federation-errors.ts';

/** The check that a client certificate, a custom token or a directory password failed: a closed list, since metrics use it as a label. */
export type IdentityCheck =
  | 'presented'
  | 'format'
  | 'chain'
  | 'purpose'
  | 'validity'
  | 'revocation'
  | 'name'
  | 'authorities'
  | 'webhook'
  | 'rejected'
  | 'credentials'
  | 'throttled'
  | 'directory'
  | 'person'
  | 'second-factor';

/** Longer values are truncated in the audit log. */
const DETAIL_LIMIT = 200;

interface IdentityFaultOptions {
  /** Default: InvalidIdentityToken. */
  readonly code?: keyof typeof FEDERATION_ERRORS;
  /** What the administrator sees in the audit log besides the check. */
  readonly detail?: string;
  readonly cause?: unknown;
}

/** A client certificate, a custom token or a directory password is refused. The audit log also says which check failed, with which value. */
export class IdentityFault extends ServiceError {
  readonly check: IdentityCheck;

  constructor(
    check: IdentityCheck,
    message: string,
    { code = 'InvalidIdentityToken', detail = '', cause }: IdentityFaultOptions = {},
  ) {
    const shown = detail.length > DETAIL_LIMIT ? `${detail.slice(0, DETAIL_LIMIT)}…` : detail;
    super(FEDERATION_ERRORS[code], message, {
      cause,
      kind: check,
      recorded: `check failed: ${check}${shown === '' ? '' : `: ${shown}`}`,
    });
    this.check = check;
  }
}
