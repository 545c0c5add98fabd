import type { AnyOperation } from '../../operations/operation.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { getContextKeysForCustomPolicy } from './get-context-keys-for-custom-policy.ts';
import { getContextKeysForPrincipalPolicy } from './get-context-keys-for-principal-policy.ts';
import { listPoliciesGrantingServiceAccess } from './list-policies-granting-service-access.ts';
import { simulateCustomPolicy } from './simulate-custom-policy.ts';
import { simulatePrincipalPolicy } from './simulate-principal-policy.ts';

/** The operations that tell what policies would allow, and why. */
export function simulationOperations(deps: IamDependencies): readonly AnyOperation[] {
  return [
    simulateCustomPolicy(),
    simulatePrincipalPolicy(deps),
    getContextKeysForCustomPolicy(),
    getContextKeysForPrincipalPolicy(deps),
    listPoliciesGrantingServiceAccess(deps),
  ];
}
