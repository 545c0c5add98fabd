import { IAM_ERRORS } from '../../identity/rules/iam-errors.ts';
import type { AnyOperation } from '../../operations/operation.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { getContextKeysForCustomPolicyOperation } from './get-context-keys-for-custom-policy.ts';
import { getContextKeysForPrincipalPolicyOperation } from './get-context-keys-for-principal-policy.ts';
import { listPoliciesGrantingServiceAccessOperation } from './list-policies-granting-service-access.ts';
import { simulateCustomPolicyOperation } from './simulate-custom-policy.ts';
import { simulatePrincipalPolicyOperation } from './simulate-principal-policy.ts';

/** The operations that report what policies would allow, and why. */
export function simulationOperations(deps: IamDependencies): readonly AnyOperation[] {
  return [
    simulateCustomPolicyOperation(),
    simulatePrincipalPolicyOperation(deps),
    getContextKeysForCustomPolicyOperation(),
    // A stored policy that is damaged, as in SimulatePrincipalPolicy.
    { ...getContextKeysForPrincipalPolicyOperation(deps), errors: [IAM_ERRORS.PolicyEvaluation] },
    listPoliciesGrantingServiceAccessOperation(deps),
  ];
}
