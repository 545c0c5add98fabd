import type { AnyOperation } from '../operations/operation.ts';
import { accountOperations } from './accounts/account-operations.ts';
import { creationOperations } from './accounts/creation-operations.ts';
import { leavingOperations } from './accounts/leaving-operations.ts';
import { handshakeOperations } from './handshakes/handshake-operations.ts';
import { wholeOrganizationOperations } from './organization-operations.ts';
import type { OrganizationsDependencies } from './organizations-dependencies.ts';
import { attachmentOperations } from './policies/attachment-operations.ts';
import { effectivePolicyOperations } from './policies/effective-policy-operation.ts';
import { policyOperations } from './policies/policy-operations.ts';
import { policyTypeOperations } from './policies/policy-type-operations.ts';
import { delegationOperations } from './services/delegation-operations.ts';
import { serviceOperations } from './services/service-operations.ts';
import { tagOperations } from './tag-operations.ts';
import { treeOperations } from './units/tree-operations.ts';
import { unitOperations } from './units/unit-operations.ts';

/** Every operation of AWS Organizations (version 2016-11-28) of this server. */
export function organizationsOperations(deps: OrganizationsDependencies): readonly AnyOperation[] {
  return [
    ...wholeOrganizationOperations(deps),
    ...unitOperations(deps),
    ...treeOperations(deps),
    ...accountOperations(deps),
    ...creationOperations(deps),
    ...policyOperations(deps),
    ...attachmentOperations(deps),
    ...policyTypeOperations(deps),
    ...tagOperations(deps),
    ...serviceOperations(deps),
    ...delegationOperations(deps),
    ...handshakeOperations(deps),
    ...leavingOperations(deps),
    ...effectivePolicyOperations(deps),
  ];
}
