import { iamArn, parseArn } from '../../kernel/arn.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import { foldName } from '../documents/entity.ts';
import type { Role } from '../documents/role.ts';
import { IdentityCache } from '../store/identity-cache.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { bindTrust } from './bind-trust.ts';

/** A role that was asked for by its ARN. */
export interface NamedRole {
  readonly arn: string;
  readonly accountId: string;
  /** `undefined` where there is no such role: the ARN must be its own, path and case included. */
  readonly role: Role | undefined;
}

/** Looks roles up, without a store read in the steady state: what assuming a role begins with. */
export interface RoleDirectory {
  /** `undefined` where the text is no role's ARN. */
  find(roleArn: string): NamedRole | undefined | Promise<NamedRole>;
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

/** Where a role's ARN says that it is. Names compare without regard to case. */
interface RolePlace {
  readonly accountId: string;
  readonly nameKey: string;
}

function placeOf(roleArn: string): RolePlace | undefined {
  const arn = parseArn(roleArn);
  if (arn?.service !== 'iam' || !arn.resource.startsWith('role/') || !/^\d{12}$/.test(arn.accountId)) return undefined;
  const name = arn.resource.slice(arn.resource.lastIndexOf('/') + 1);
  return name === '' ? undefined : { accountId: arn.accountId, nameKey: foldName(name) };
}

export function openRoleDirectory({ store, feed, clock }: RoleDirectoryDependencies): RoleDirectory {
  // By ARN, so that the usual case is one look-up; one that differs in case or path is of no role.
  const roles = new IdentityCache<NamedRole>({ feed, clock, limit: ROLES_HELD });

  async function read(arn: string, { accountId, nameKey }: RolePlace): Promise<Role> {
    const [role] = (await store.roles.find('byName', [accountId, nameKey], { limit: 1 })).items;
    if (role === undefined || iamArn(role.accountId, 'role', role.path, role.roleName) !== arn) throw new NoSuchRole();
    return role;
  }

  return {
    find(arn) {
      const known = roles.peek(arn);
      if (known !== undefined) return known;
      const place = placeOf(arn);
      if (place === undefined) return undefined;
      const { accountId } = place;
      const loaded = roles.get(arn, async (dependOn) => {
        const found = await read(arn, place);
        dependOn('roles', [accountId, found.roleId]);
        // Read again now that changes are heard of: what was read before may have changed unheard.
        const role = await read(arn, place);
        if (role.roleId !== found.roleId) throw new NoSuchRole();
        return { arn, accountId, role: await bindTrust(store, role) };
      });
      return loaded.catch((error: unknown) => {
        if (error instanceof NoSuchRole) return { arn, accountId, role: undefined };
        throw error;
      });
    },
    close: () => roles.close(),
  };
}
