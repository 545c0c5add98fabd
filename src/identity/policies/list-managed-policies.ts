import { mapWithPauses } from '../../kernel/pause.ts';
import type { ManagedPolicy } from '../documents/managed-policy.ts';
import {
  DEFAULT_MAX_ITEMS,
  invalidMarker,
  type ListPage,
  makeMarker,
  type PageRequest,
  readMarker,
} from '../rules/paging.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { readWholeIndex } from '../store/read-whole-index.ts';
import { AWS_ACCOUNT, awsManagedPolicies } from './aws-managed-policies.ts';
import { countAttachments, type PolicyUsage } from './count-attachments.ts';
import { type UsedPolicies, usedPolicies } from './used-policies.ts';

/** A listed policy and how often the account uses it. */
export interface ListedPolicy {
  readonly policy: ManagedPolicy;
  readonly usage: PolicyUsage;
}

export interface PolicyFilter {
  readonly accountId: string;
  /** Which policies: the account's own, AWS's, or both. */
  readonly scope: 'All' | 'AWS' | 'Local';
  readonly onlyAttached: boolean;
  readonly pathPrefix: string;
  /** Only policies with this kind of use. */
  readonly usage: 'PermissionsPolicy' | 'PermissionsBoundary' | undefined;
}

/**
 * The position of a policy in the sorted list of all policies. An account may use the name of an AWS policy, so the owner is part of it.
 */
function positionOf(policy: ManagedPolicy): string {
  return `${policy.nameKey}\n${policy.accountId === AWS_ACCOUNT ? 'aws' : 'own'}`;
}

/** The order of {@link positionOf}. */
function byPosition(a: ManagedPolicy, b: ManagedPolicy): number {
  if (a.nameKey !== b.nameKey) return a.nameKey < b.nameKey ? -1 : 1;
  return a.accountId === AWS_ACCOUNT ? -1 : 1;
}

/** Whether an account's use of a policy matches the filter. */
function isWanted(filter: PolicyFilter, { attached, boundaries }: UsedPolicies, { policyId }: ManagedPolicy): boolean {
  if (filter.usage === 'PermissionsPolicy' && !attached.has(policyId)) return false;
  if (filter.usage === 'PermissionsBoundary' && !boundaries.has(policyId)) return false;
  return !filter.onlyAttached || attached.has(policyId) || boundaries.has(policyId);
}

/** The policies with the wanted scope and path, from at most 1500 of the account's own (AWS's quota) and AWS's. */
async function candidates(store: IdentityStore, filter: PolicyFilter): Promise<ManagedPolicy[]> {
  const own = filter.scope === 'AWS' ? [] : await readWholeIndex(store.managedPolicies, 'byName', [filter.accountId]);
  const aws = filter.scope === 'Local' ? [] : awsManagedPolicies();
  return [...own, ...aws].filter(({ path }) => path.startsWith(filter.pathPrefix)).sort(byPosition);
}

const LIST = 'policies';

/**
 * A page of the managed policies visible to an account, sorted by name regardless of case.
 * @throws {ServiceError} ValidationError for a marker of another list.
 */
export async function listManagedPolicies(
  store: IdentityStore,
  filter: PolicyFilter,
  request: PageRequest,
): Promise<ListPage<ListedPolicy>> {
  const after = request.marker === undefined ? undefined : readMarker(LIST, request.marker);
  if (after !== undefined && !after.includes('\n')) throw invalidMarker();
  const wanted = request.maxItems ?? DEFAULT_MAX_ITEMS;
  const used = await usedPolicies(store, filter.accountId);
  const left = (await candidates(store, filter)).filter(
    (policy) => isWanted(filter, used, policy) && (after === undefined || positionOf(policy) > after),
  );
  const page = left.slice(0, wanted);
  const items = await mapWithPauses(page, async (policy) => ({
    policy,
    usage: isUsed(used, policy) ? await countAttachments(store, filter.accountId, policy.policyId) : UNUSED,
  }));
  const last = page.at(-1);
  return left.length > wanted && last !== undefined ? { items, marker: makeMarker(LIST, positionOf(last)) } : { items };
}

const UNUSED: PolicyUsage = { attachments: 0, boundaries: 0 };

const isUsed = ({ attached, boundaries }: UsedPolicies, { policyId }: ManagedPolicy) =>
  attached.has(policyId) || boundaries.has(policyId);

/** How many policies and versions the account has. */
export async function countPolicies(
  store: Pick<IdentityStore, 'managedPolicies'>,
  accountId: string,
): Promise<{ readonly policies: number; readonly versions: number }> {
  const own = await readWholeIndex(store.managedPolicies, 'byName', [accountId]);
  return { policies: own.length, versions: own.reduce((sum, { versions }) => sum + versions.length, 0) };
}
