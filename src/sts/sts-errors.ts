import { MESSAGE_ERRORS } from '../authorize/authorization-messages.ts';
import { FEDERATION_ERRORS } from '../federation/federation-errors.ts';
import { errorTable } from '../kernel/service-error.ts';
import { POLICY_ERRORS } from '../policy/validate/policy-errors.ts';

/** The error codes of STS. */
export const STS_ERRORS = errorTable({
  ...FEDERATION_ERRORS,
  ...MESSAGE_ERRORS,
  MalformedPolicyDocument: POLICY_ERRORS.MalformedPolicyDocument,
  ExpiredTradeInTokenException: { status: 400, recorded: true },
  OutboundWebIdentityFederationDisabledException: { status: 403, recorded: true },
  SessionDurationEscalationException: { status: 403, recorded: true },
  JWTPayloadSizeExceededException: { status: 400, recorded: true },
  PackedPolicyTooLarge: { status: 400, recorded: true },
});
