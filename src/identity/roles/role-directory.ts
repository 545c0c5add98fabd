import { iamArn, parseArn } from '../../kernel/arn.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import { foldName } from '../documents/entity.ts';
import type { Role } from '../documents/role.ts';
import { IdentityCache } from '../store/identity-cache.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { bindTrust } from './bind-trust.ts';

/** The result of looking up a role by ARN. */
export interface NamedRole {
  readonly arn: string;
  readonly accountId: string;
  /** `undefined` if there is no such role. The ARN must match exactly, including path and case. */
  readonly role: Role | undefined;
}

/** Looks up roles without reading the store in the steady state; assuming a role starts here. */
export interface RoleDirectory {
  /** `undefined` if the text is not the ARN of a role. */
  find(roleArn: string): NamedRole | undefined | Promise<NamedRole>;
  close(): void;
}

interface RoleDirectoryDependencies {
  readonly store: Pick<IdentityStore, 'roles'>;
  readonly feed: Ephemeral;
  readonly clock: Clock;
}

const MAX_CACHED_ROLES = 5_000;

/** There is no such role. Not cached: a role created later must be found at once. */
class NoSuchRole extends Error {}

/** The account and name in a role's ARN. Names compare regardless of case. */
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
  // Keyed by ARN, so that the usual case is a single look-up. An ARN with another case or path matches no role.
  const roles = new IdentityCache<NamedRole>({ feed, clock, limit: MAX_CACHED_ROLES });

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
        // Read again now that we receive changes: an earlier change may have gone unnoticed.
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
