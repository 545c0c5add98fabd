import { PACKED_LIMIT, type Packable, pack } from '../identity/sessions/session-claims.ts';
import { ServiceError } from '../kernel/service-error.ts';
import { STS_ERRORS } from './sts-errors.ts';

/**
 * How much of the space for session policies and tags is used, in percent, as `PackedPolicySize`; 0 if there are none.
 * @throws {ServiceError} PackedPolicyTooLarge above 100.
 */
export function packedPolicySize(session: Packable): number {
  const packed = pack(session);
  const percent = Math.ceil(((packed?.length ?? 0) * 100) / PACKED_LIMIT);
  if (percent > 100) {
    throw new ServiceError(STS_ERRORS.PackedPolicyTooLarge, tooLarge(session, percent));
  }
  return percent;
}

/** AWS words the error differently for tags and for policies [aws-behaviour 34]. */
function tooLarge({ tags, sessionPolicies, sessionPolicyArns }: Packable, percent: number): string {
  const hasPolicies = sessionPolicies.length + sessionPolicyArns.length > 0;
  if (!hasPolicies) return `Packed size of session tags consumes ${percent}% of allotted space.`;
  if (tags.length === 0) return `Packed policy consumes ${percent}% of allotted space, please use smaller policy.`;
  return `Packed size of session tags and policies consumes ${percent}% of allotted space.`;
}
