import { foldName } from '../../../src/identity/documents/entity.ts';
import type { ManagedPolicy } from '../../../src/identity/documents/managed-policy.ts';
import { ID_PREFIX, makeId } from '../../../src/kernel/ids.ts';
import { ACCOUNT_ID, allow, type IamUnderTest, START } from './iam-under-test.ts';

/** Puts a customer managed policy into the store. */
export async function makePolicy(
  iam: IamUnderTest,
  { name, path = '/', accountId = ACCOUNT_ID }: { name: string; path?: string; accountId?: string },
): Promise<ManagedPolicy> {
  const policy: ManagedPolicy = {
    accountId,
    policyId: makeId(ID_PREFIX.managedPolicy, accountId, iam.deps.random),
    policyName: name,
    nameKey: foldName(name),
    path,
    arn: `arn:aws:iam::${accountId}:policy${path}${name}`,
    createdAt: START,
    updatedAt: START,
    defaultVersionId: 'v1',
    versions: [{ versionId: 'v1', document: allow('s3:*'), createdAt: START }],
    nextVersion: 2,
    tags: [],
  };
  await iam.deps.store.managedPolicies.insert(policy);
  return policy;
}
