import type { Clock } from '../../kernel/clock.ts';
import { makePause } from '../../kernel/pause.ts';
import { steadyClock } from '../../kernel/steady-clock.ts';
import type { DocumentKey } from '../../ports/collections.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import type { Role } from '../documents/role.ts';
import { EVERYONE } from '../documents/trusted-keys.ts';
import { arnOf } from '../policy-holder/holder-kind.ts';
import type { Caller } from '../sessions/caller.ts';
import { IDENTITY_TOPIC, type IdentityChange } from '../store/identity-cache.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { bindTrust } from './bind-trust.ts';
import { roleKind } from './role-kind.ts';

/** A role, without its own policies. */
export interface TrustingRole {
  readonly arn: string;
  readonly accountId: string;
  readonly role: Pick<Role, 'roleId' | 'roleName' | 'description' | 'trustPolicy' | 'trustedIds' | 'tags'>;
}

/** Finds the roles of all accounts whose trust policies may let a caller in. Reads only what changed since the last time. */
export interface TrustingRoles {
  /** By ARN. Every role that the caller could assume is among them; whether it can is for the policies to decide. */
  find(caller: Caller): Promise<readonly TrustingRole[]>;
  close(): void;
}

interface TrustingRolesDependencies {
  readonly store: Pick<IdentityStore, 'roles'>;
  readonly feed: Pick<Ephemeral, 'subscribe' | 'completeUntil'>;
  readonly clock: Clock;
}

/** How old a list may become, in ms, while the feed is disconnected. */
const STALE_AFTER = 1000;
const MAX_LISTS = 500;
/** If more roles than this have changed, a list is read again as a whole. */
const MAX_CHANGED = 200;

/** The roles with one key. */
interface List {
  /** Sorted by ARN. */
  roles: readonly TrustingRole[];
  /** Roles that have changed since they were read, by key. */
  changed: Map<string, DocumentKey>;
  readonly loadedAt: number;
  /** The last reading; each waits for the one before. */
  read: Promise<void>;
}

/** The keys under which `trusted-keys.ts` files the roles that may let this caller in. */
function keysOf(caller: Caller): readonly string[] {
  const keys = [EVERYONE, caller.accountId, caller.arn];
  if (caller.type !== 'Account') keys.push(caller.uniqueId);
  if (caller.type === 'AssumedRole') keys.push(`${caller.uniqueId}:${caller.sessionName}`);
  return keys;
}

export function openTrustingRoles({ store, feed, clock }: TrustingRolesDependencies): TrustingRoles {
  const steady = steadyClock(clock);
  const lists = new Map<string, List>();
  const unsubscribe = feed.subscribe(
    IDENTITY_TOPIC,
    (message) => {
      const { collection, key } = JSON.parse(message) as IdentityChange;
      if (collection !== 'roles') return;
      const id = key.join('\n');
      for (const [name, list] of lists) {
        list.changed.set(id, key);
        if (list.changed.size > MAX_CHANGED) lists.delete(name);
      }
    },
    () => lists.clear(),
  );

  function isTrusted({ loadedAt }: List): boolean {
    const since = steady.now() - STALE_AFTER;
    return loadedAt > since || feed.completeUntil() > since;
  }

  async function shown(role: Role): Promise<TrustingRole> {
    const { roleId, roleName, description, trustPolicy, trustedIds, tags } = await bindTrust(store, role);
    const kept = { roleId, roleName, description, trustPolicy, trustedIds, tags };
    return { arn: arnOf(roleKind, role), accountId: role.accountId, role: kept };
  }

  async function readAll(key: string): Promise<readonly TrustingRole[]> {
    const pause = makePause();
    const roles: TrustingRole[] = [];
    let after: string | undefined;
    do {
      const page = await store.roles.find('byTrusted', [key], {
        limit: 500,
        ...(after === undefined ? {} : { after }),
      });
      for (const role of page.items) {
        roles.push(await shown(role));
        await pause();
      }
      after = page.next;
    } while (after !== undefined);
    return sorted(roles);
  }

  async function readChanged(key: string, list: List): Promise<void> {
    if (list.changed.size === 0) return;
    const { changed } = list;
    list.changed = new Map();
    const read = await Promise.all([...changed.values()].map((at) => store.roles.get(at)));
    const present = await Promise.all(
      read.filter((role) => role?.trusts.includes(key)).map((role) => shown(role as Role)),
    );
    const isUnchanged = ({ role, accountId }: TrustingRole): boolean => !changed.has(`${accountId}\n${role.roleId}`);
    list.roles = sorted([...list.roles.filter(isUnchanged), ...present]);
  }

  function listOf(key: string): List {
    const known = lists.get(key);
    if (known !== undefined && isTrusted(known)) {
      known.read = known.read.then(() => readChanged(key, known));
      return known;
    }
    // Registered before it is read, so that changes made meanwhile are noticed.
    const list: List = { roles: [], changed: new Map(), loadedAt: steady.now(), read: Promise.resolve() };
    list.read = readAll(key).then(async (roles) => {
      list.roles = roles;
      await readChanged(key, list);
    });
    lists.delete(key);
    lists.set(key, list);
    for (const [oldest] of lists) {
      if (lists.size <= MAX_LISTS) break;
      lists.delete(oldest);
    }
    return list;
  }

  async function read(key: string): Promise<readonly TrustingRole[]> {
    const list = listOf(key);
    try {
      await list.read;
    } catch (error) {
      if (lists.get(key) === list) lists.delete(key);
      throw error;
    }
    return list.roles;
  }

  return {
    async find(caller) {
      const found = (await Promise.all(keysOf(caller).map(read))).filter((roles) => roles.length > 0);
      if (found.length <= 1) return found[0] ?? [];
      return sorted([...new Map(found.flat().map((role) => [role.arn, role])).values()]);
    },
    close() {
      unsubscribe();
      lists.clear();
    },
  };
}

function sorted(roles: TrustingRole[]): readonly TrustingRole[] {
  return roles.sort((a, b) => (a.arn < b.arn ? -1 : 1));
}
