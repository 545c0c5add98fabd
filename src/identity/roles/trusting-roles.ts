import type { Clock } from '../../kernel/clock.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import { type Role, roles } from '../documents/role.ts';
import { EVERYONE } from '../documents/trusted-keys.ts';
import { arnOf } from '../policy-holder/holder-kind.ts';
import type { Caller } from '../sessions/caller.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { openKeptLists } from '../store/kept-lists.ts';
import { bindTrust } from './bind-trust.ts';
import { roleKind } from './role-kind.ts';

/** A role, without its own policies. */
export interface TrustingRole {
  readonly arn: string;
  readonly accountId: string;
  readonly role: Pick<
    Role,
    'roleId' | 'roleName' | 'description' | 'trustPolicy' | 'trustedIds' | 'tags' | 'isPrivileged'
  >;
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

/** The keys under which `trusted-keys.ts` files the roles that may let this caller in. */
function keysOf(caller: Caller): readonly string[] {
  const keys = [EVERYONE, caller.accountId, caller.arn];
  if (caller.type !== 'Account') keys.push(caller.uniqueId);
  if (caller.type === 'AssumedRole') keys.push(`${caller.uniqueId}:${caller.sessionName}`);
  return keys;
}

export function openTrustingRoles({ store, feed, clock }: TrustingRolesDependencies): TrustingRoles {
  const lists = openKeptLists<Role, TrustingRole>(
    {
      collection: store.roles,
      name: roles.name,
      query: (key) => ({ index: 'byTrusted', values: [key] }),
      belongs: ({ trusts }, key) => trusts.includes(key),
      async keep(role) {
        const { roleId, roleName, description, trustPolicy, trustedIds, tags, isPrivileged } = await bindTrust(
          store,
          role,
        );
        const kept = { roleId, roleName, description, trustPolicy, trustedIds, tags, isPrivileged };
        return { arn: arnOf(roleKind, role), accountId: role.accountId, role: kept };
      },
      keyOf: ({ accountId, role }) => [accountId, role.roleId],
      positionOf: ({ arn }) => arn,
    },
    { feed, clock },
  );
  return {
    async find(caller) {
      const found = (await Promise.all(keysOf(caller).map(lists.get))).filter((list) => list.length > 0);
      if (found.length <= 1) return found[0] ?? [];
      const byArn = new Map(found.flat().map((role) => [role.arn, role]));
      return [...byArn.values()].sort((a, b) => (a.arn < b.arn ? -1 : 1));
    },
    close: lists.close,
  };
}
