import type { Collection } from '../../ports/collections.ts';
import type { Group } from '../documents/group.ts';
import type { ManagedPolicy } from '../documents/managed-policy.ts';
import type { Role } from '../documents/role.ts';
import type { User } from '../documents/user.ts';
import { awsManagedPolicyById } from '../policies/aws-managed-policies.ts';
import { usedPolicies } from '../policies/used-policies.ts';
import {
  DEFAULT_MAX_ITEMS,
  invalidMarker,
  type ListPage,
  makeMarker,
  type PageRequest,
  readMarker,
} from '../rules/paging.ts';
import type { IdentityStore } from '../store/identity-store.ts';

/** An entity of an account, as GetAccountAuthorizationDetails lists it. */
export type AuthorizationDetail =
  | { readonly type: 'User'; readonly entity: User }
  | { readonly type: 'Group'; readonly entity: Group }
  | { readonly type: 'Role'; readonly entity: Role }
  | { readonly type: 'LocalManagedPolicy'; readonly entity: ManagedPolicy }
  | { readonly type: 'AWSManagedPolicy'; readonly entity: ManagedPolicy };

interface ReadOptions {
  readonly accountId: string;
  readonly limit: number;
  /** The folded name to continue after. */
  readonly after: string | undefined;
}

interface Part {
  readonly type: AuthorizationDetail['type'];
  read(store: IdentityStore, options: ReadOptions): Promise<readonly AuthorizationDetail[]>;
}

/** Reads entities by name. Paging continues from a name because the store's cursors are too long for the wire's markers. */
async function readByName<Entity extends { readonly nameKey: string }>(
  collection: Collection<Entity>,
  { accountId, limit, after }: ReadOptions,
): Promise<readonly Entity[]> {
  const from = after === undefined ? {} : { from: after };
  const { items } = await collection.find('byName', [accountId], { limit: limit + 1, ...from });
  return items.filter(({ nameKey }) => nameKey !== after).slice(0, limit);
}

/** The AWS managed policies that the account uses. */
async function usedAwsPolicies(
  store: IdentityStore,
  { accountId, limit, after }: ReadOptions,
): Promise<readonly ManagedPolicy[]> {
  const { attached, boundaries } = await usedPolicies(store, accountId);
  const used = [...new Set([...attached, ...boundaries])]
    .flatMap((policyId) => awsManagedPolicyById(policyId) ?? [])
    .filter(({ nameKey }) => after === undefined || nameKey > after)
    .sort((a, b) => (a.nameKey < b.nameKey ? -1 : 1));
  return used.slice(0, limit);
}

/** The parts of the answer, in order; each is sorted by name. */
const PARTS: readonly Part[] = [
  {
    type: 'User',
    read: async (store, options) =>
      (await readByName(store.users, options)).map((entity) => ({ type: 'User', entity })),
  },
  {
    type: 'Group',
    read: async (store, options) =>
      (await readByName(store.groups, options)).map((entity) => ({ type: 'Group', entity })),
  },
  {
    type: 'Role',
    read: async (store, options) =>
      (await readByName(store.roles, options)).map((entity) => ({ type: 'Role', entity })),
  },
  {
    type: 'LocalManagedPolicy',
    read: async (store, options) =>
      (await readByName(store.managedPolicies, options)).map((entity) => ({ type: 'LocalManagedPolicy', entity })),
  },
  {
    type: 'AWSManagedPolicy',
    read: async (store, options) =>
      (await usedAwsPolicies(store, options)).map((entity) => ({ type: 'AWSManagedPolicy', entity })),
  },
];

const LIST = 'authorization-details';

/** Where to continue: after which name of which type. Without a marker, at the beginning. */
function readPlace(marker: string | undefined): {
  readonly type: string | undefined;
  readonly after: string | undefined;
} {
  if (marker === undefined) return { type: undefined, after: undefined };
  const match = /^(\w+):(.+)$/.exec(readMarker(LIST, marker));
  if (!match) throw invalidMarker();
  return { type: match[1], after: match[2] };
}

/**
 * A page of the users, groups, roles and managed policies of an account, with their permissions. Includes only the given types (default:
 * all), and only those AWS managed policies that the account uses.
 * @throws {ServiceError} ValidationError for a marker of another list.
 */
export async function listAuthorizationDetails(
  store: IdentityStore,
  filter: { readonly accountId: string; readonly types: readonly string[] },
  request: PageRequest,
): Promise<ListPage<AuthorizationDetail>> {
  const place = readPlace(request.marker);
  const parts = PARTS.filter(({ type }) => filter.types.length === 0 || filter.types.includes(type));
  const begin = place.type === undefined ? 0 : parts.findIndex(({ type }) => type === place.type);
  if (begin < 0) throw invalidMarker();
  const wanted = request.maxItems ?? DEFAULT_MAX_ITEMS;
  const items: AuthorizationDetail[] = [];
  let after = place.after;
  for (const part of parts.slice(begin)) {
    // Read one more than needed, to find out whether there is a next page.
    items.push(...(await part.read(store, { accountId: filter.accountId, limit: wanted + 1 - items.length, after })));
    if (items.length > wanted) break;
    after = undefined;
  }
  const kept = items.slice(0, wanted);
  const last = kept.at(-1);
  const hasMore = items.length > wanted && last !== undefined;
  return { items: kept, ...(hasMore ? { marker: makeMarker(LIST, `${last.type}:${last.entity.nameKey}`) } : {}) };
}
