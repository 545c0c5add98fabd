import type { Entity } from '../../evaluation/entity.ts';
import type { AccessSubject } from '../../evaluation/last-accessed/accessors.ts';
import type { FoundPolicy } from '../../identity/policies/find-managed-policy.ts';
import { parseArn } from '../../kernel/arn.ts';
import type { RequiredKind } from '../../operations/named-operation.ts';
import { MANAGED_POLICY } from '../resource-kinds.ts';
import { entityKind } from '../simulation/entity-operation.ts';

/** A user, group, role or managed policy. */
export type Subject = Entity | FoundPolicy;

const ENTITY = entityKind('Arn');
const isPolicyArn = (arn: string): boolean => parseArn(arn)?.resource.startsWith('policy/') === true;
const isPolicy = (found: Subject): found is FoundPolicy => 'policyArn' in found;

/** What reports of services last accessed can be about, identified by ARN. */
export const REPORT_SUBJECT: RequiredKind<Subject> = {
  check: (named) => (isPolicyArn(named.name) ? MANAGED_POLICY : ENTITY).check?.(named),
  find: (store, named) => (isPolicyArn(named.name) ? MANAGED_POLICY : ENTITY).find(store, named),
  arn: (named, found) => (found === undefined || isPolicy(found) ? named.name : ENTITY.arn(named, found)),
  owner: (named) => (isPolicyArn(named.name) ? MANAGED_POLICY.owner?.(named) : undefined) ?? named.accountId,
  tags: (found) => (isPolicy(found) ? MANAGED_POLICY.tags?.(found) : ENTITY.tags?.(found)),
  called: (name) => (isPolicyArn(name) ? MANAGED_POLICY : ENTITY).called?.(name) ?? name,
  notFound: (name) => (isPolicyArn(name) ? MANAGED_POLICY : ENTITY).notFound(name),
};

export function accessSubject(found: Subject, accountId: string): AccessSubject {
  if (!isPolicy(found)) return found;
  const { policyArn: arn, policyId, document } = found;
  return { type: 'policy', arn, accountId, policyId, document };
}
