import { errorTable } from '../../kernel/service-error.ts';

/** Why a policy is refused. */
export const POLICY_ERRORS = errorTable({
  MalformedPolicyDocument: { status: 400, recorded: true },
  LimitExceeded: { status: 409, recorded: true },
});
