import { type ErrorRow, ServiceError } from '../../kernel/service-error.ts';
import { FEDERATION_ERRORS } from '../federation-errors.ts';
import type { SamlCheck, SamlFault } from './fault.ts';

/** The error for a failed check; without a text, the fault's own is AWS's. */
interface RefusalRow {
  readonly error: ErrorRow | 'AccessDenied';
  readonly text?: string;
}

const { InvalidIdentityToken, ExpiredTokenException, IDPRejectedClaim } = FEDERATION_ERRORS;

/** AWS's codes and sentences (IAM user guide, "Troubleshoot SAML federation with IAM"). */
const REFUSALS: Readonly<Record<SamlCheck, RefusalRow>> = {
  provider: { error: InvalidIdentityToken },
  encoding: { error: InvalidIdentityToken },
  xml: { error: InvalidIdentityToken, text: 'Your request included an invalid SAML response' },
  metadata: { error: InvalidIdentityToken, text: 'Could not parse metadata' },
  signature: { error: InvalidIdentityToken, text: 'Response signature invalid' },
  encryption: { error: InvalidIdentityToken, text: 'Your request included an invalid SAML response' },
  status: { error: IDPRejectedClaim, text: 'The identity provider did not authenticate the user' },
  issuer: { error: InvalidIdentityToken, text: 'Issuer not present in specified provider' },
  subject: { error: 'AccessDenied', text: 'Not authorized to perform sts:AssumeRoleWithSAML' },
  recipient: { error: InvalidIdentityToken, text: 'Response does not contain the required audience.' },
  audience: { error: InvalidIdentityToken, text: 'Response does not contain the required audience.' },
  early: { error: InvalidIdentityToken, text: 'Your request included an invalid SAML response' },
  expired: { error: ExpiredTokenException, text: 'Response has expired' },
  late: { error: ExpiredTokenException },
  replay: { error: InvalidIdentityToken },
  attributes: { error: InvalidIdentityToken },
};

/** The error for the caller: AWS's words, then the reason. The audit log gets both: faults never quote values. */
export function samlRefusal(fault: SamlFault): ServiceError {
  const { error, text } = REFUSALS[fault.check];
  const addition = text === undefined ? '' : ` (${fault.message})`;
  const message = `${text ?? fault.message}${addition}`;
  return new ServiceError(error, message, { cause: fault, addition, recorded: message, kind: fault.check });
}
