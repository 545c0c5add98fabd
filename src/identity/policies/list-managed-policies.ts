import { makePause } from '../../kernel/pause.ts';
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
import { AWS_ACCOUNT, AWS_MANAGED_POLICIES } from './aws-managed-policies.ts';
import { countAttachments, type PolicyUsage } from './count-attachments.ts';

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

function isWanted(filter: PolicyFilter, { attachments, boundaries }: PolicyUsage): boolean {
  if (filter.usage === 'PermissionsPolicy' && attachments === 0) return false;
  if (filter.usage === 'PermissionsBoundary' && boundaries === 0) return false;
  return !filter.onlyAttached || attachments > 0 || boundaries > 0;
}

/** The policies with the wanted scope and path, from at most 1500 of the account's own (AWS's quota) and AWS's. */
async function candidates(store: IdentityStore, filter: PolicyFilter): Promise<ManagedPolicy[]> {
  const own = filter.scope === 'AWS' ? [] : await readWholeIndex(store.managedPolicies, 'byName', [filter.accountId]);
  const aws = filter.scope === 'Local' ? [] : AWS_MANAGED_POLICIES;
  return [...own, ...aws]
    .filter(({ path }) => path.startsWith(filter.pathPrefix))
    .sort((a, b) => (positionOf(a) < positionOf(b) ? -1 : 1));
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
  const left = (await candidates(store, filter)).filter((policy) => after === undefined || positionOf(policy) > after);
  const items: ListedPolicy[] = [];
  const pause = makePause();
  for (let start = 0; start < left.length; start += COUNTED_AT_ONCE) {
    for (const listed of await withUsage(store, filter, left.slice(start, start + COUNTED_AT_ONCE))) {
      const last = items.at(-1);
      if (items.length === wanted && last) return { items, marker: makeMarker(LIST, positionOf(last.policy)) };
      items.push(listed);
    }
    await pause();
  }
  return { items };
}

/** How many policies to count at the same time; each takes five store queries. */
const COUNTED_AT_ONCE = 25;

/** The policies whose usage matches the filter, with that usage. */
async function withUsage(
  store: IdentityStore,
  filter: PolicyFilter,
  policies: readonly ManagedPolicy[],
): Promise<readonly ListedPolicy[]> {
  const listed = await Promise.all(
    policies.map(async (policy) => ({
      policy,
      usage: await countAttachments(store, filter.accountId, policy.policyId),
    })),
  );
  return listed.filter(({ usage }) => isWanted(filter, usage));
}

/** How many policies and versions the account has. */
export async function countPolicies(
  store: Pick<IdentityStore, 'managedPolicies'>,
  accountId: string,
): Promise<{ readonly policies: number; readonly versions: number }> {
  const own = await readWholeIndex(store.managedPolicies, 'byName', [accountId]);
  return { policies: own.length, versions: own.reduce((sum, { versions }) => sum + versions.length, 0) };
}
