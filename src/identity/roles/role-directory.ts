import type { Clock } from '../../kernel/clock.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import { foldName } from '../entity.ts';
import { IdentityCache } from '../identity-cache.ts';
import type { IdentityStore } from '../identity-store.ts';
import type { Role } from './role.ts';

/** Looks roles up by name, without a store read in the steady state: what assuming a role begins with. */
export interface RoleDirectory {
  /** Names compare without regard to case; `undefined` where there is no such role. */
  find(accountId: string, roleName: string): Role | undefined | Promise<Role | undefined>;
  close(): void;
}

interface RoleDirectoryDependencies {
  readonly store: Pick<IdentityStore, 'roles'>;
  readonly feed: Ephemeral;
  readonly clock: Clock;
}

const ROLES_HELD = 5_000;

/** Says that there is no such role. Not kept: a role that is made later must be found at once. */
class NoSuchRole extends Error {}

export function openRoleDirectory({ store, feed, clock }: RoleDirectoryDependencies): RoleDirectory {
  const roles = new IdentityCache<Role>({ feed, clock, limit: ROLES_HELD });
  const read = async (accountId: string, nameKey: string): Promise<Role | undefined> =>
    (await store.roles.find('byName', [accountId, nameKey], { limit: 1 })).items[0];
  return {
    find(accountId, roleName) {
      const nameKey = foldName(roleName);
      const key = `${accountId}/${nameKey}`;
      const known = roles.peek(key);
      if (known !== undefined) return known;
      const loaded = roles.get(key, async (dependOn) => {
        const found = await read(accountId, nameKey);
        if (found === undefined) throw new NoSuchRole();
        dependOn('roles', [accountId, found.roleId]);
        // Read again now that changes are heard of: what was read before may have changed unheard.
        const current = await read(accountId, nameKey);
        if (current?.roleId !== found.roleId) throw new NoSuchRole();
        return current;
      });
      return loaded.catch((error: unknown) => {
        if (error instanceof NoSuchRole) return undefined;
        throw error;
      });
    },
    close: () => roles.close(),
  };
}
