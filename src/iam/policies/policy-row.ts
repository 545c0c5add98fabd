import type { StaticOperationSchema } from '@smithy/types';
import type { FoundPolicy } from '../../identity/policies/find-managed-policy.ts';
import type { PolicyName } from '../../identity/policies/policy-versions.ts';
import type { Named, NamedRow, ResourceKind } from '../../operations/named-operation.ts';
import type { Decoded } from '../decoded.ts';
import { MANAGED_POLICY } from '../resource-kinds.ts';

/** An operation on the managed policy that `PolicyArn` names. */
export function policyRow<Input extends { PolicyArn: string | undefined }>(
  schema: StaticOperationSchema,
): NamedRow<Decoded<Input>, ResourceKind<FoundPolicy>> {
  return { schema, kind: MANAGED_POLICY, name: ({ PolicyArn }) => PolicyArn ?? '' };
}

/** A policy, as the rules in `identity/policies` identify it. */
export function policyName({ accountId, name }: Named): PolicyName {
  return { accountId, arn: name };
}
