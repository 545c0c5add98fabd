import {
  type GatheredPolicies,
  gatherRolePolicies,
  gatherUserPolicies,
  type Loader,
} from '../../authorize/gather-policies.ts';
import { administersRoots } from '../../authorize/organization-standing.ts';
import type { HolderId } from '../../identity/credentials/credential-holder.ts';
import { isDisabled, type User } from '../../identity/documents/user.ts';
import { type DependOn, IdentityCache } from '../../identity/store/identity-cache.ts';
import type { IdentityStore } from '../../identity/store/identity-store.ts';
import { ROOT_TASKS } from './identity-changes.ts';
import { mayChangeIdentities, type PolicyTexts } from './may-change-identities.ts';
import { opensOneOf, rolesThat, type TrustedBy } from './opens-one-of.ts';
import { type PolicySubject, roleSubject, userSubject } from './policy-subject.ts';

type CacheDependencies = ConstructorParameters<typeof IdentityCache>[0];

export interface PrivilegesDependencies extends Pick<CacheDependencies, 'feed' | 'clock'> {
  readonly store: IdentityStore;
}

/** A role, by its unique id. */
export interface RoleId {
  readonly accountId: string;
  readonly roleId: string;
}

/** Who could take over other people's identities. */
export interface Privileges {
  /** Whether it is a root user, or a user whose policies let it change other identities. Cached until one of them changes. */
  isPrivileged(holder: HolderId): Promise<boolean>;
  /** Whether sessions of a role could. Cached likewise; a value rather than a promise in the steady state. */
  isAdministratorRole(role: RoleId): boolean | Promise<boolean>;
  /**
   * Tells whether a user could, also by a role of its account that it may assume, or while it is disabled; or may assume a role that is
   * marked as privileged. Looks at every role, but once: for one rare call, about any number of users.
   */
  administrators(): (user: User) => Promise<boolean>;
  close(): void;
}

const MAX_CACHED = 10_000;

export function openPrivileges({ store, feed, clock }: PrivilegesDependencies): Privileges {
  const cache = new IdentityCache<boolean>({ feed, clock, limit: MAX_CACHED });
  const load = async ({ accountId, subject }: HolderId, dependOn: DependOn): Promise<boolean> => {
    dependOn('users', [accountId, subject]);
    const user = await store.users.get([accountId, subject]);
    return user !== undefined && !isDisabled(user) && (await isPrivilegedUser({ store, dependOn }, user));
  };
  const loadRole = async ({ accountId, roleId }: RoleId, dependOn: DependOn): Promise<boolean> => {
    dependOn('roles', [accountId, roleId]);
    const role = await store.roles.get([accountId, roleId]);
    if (role === undefined) return false;
    const loader = { store, dependOn };
    return isAdministrator(loader, roleSubject(role), textsOf(await gatherRolePolicies(loader, role)));
  };
  const isAdministratorRole = (role: RoleId): boolean | Promise<boolean> =>
    cache.peek(role.roleId) ?? cache.get(role.roleId, (dependOn) => loadRole(role, dependOn));
  return {
    isAdministratorRole,
    async isPrivileged(holder) {
      if (holder.subject === holder.accountId) return true;
      return cache.peek(holder.subject) ?? (await cache.get(holder.subject, (dependOn) => load(holder, dependOn)));
    },
    administrators() {
      const known = new Map<string, Promise<readonly TrustedBy[]>>();
      const rolesOf = (accountId: string): Promise<readonly TrustedBy[]> => {
        const found =
          known.get(accountId) ??
          rolesThat(store, accountId, (role) => role.isPrivileged === true || isAdministratorRole(role));
        known.set(accountId, found);
        return found;
      };
      return async (user) => {
        const subject = userSubject(user);
        const loader = { store, dependOn: () => {} };
        const texts = textsOf(await gatherUserPolicies(loader, user));
        return (
          (await isAdministrator(loader, subject, texts)) || opensOneOf(await rolesOf(user.accountId), subject, texts)
        );
      };
    },
    close: () => cache.close(),
  };
}

async function isPrivilegedUser(loader: Loader, user: User): Promise<boolean> {
  return isAdministrator(loader, userSubject(user), textsOf(await gatherUserPolicies(loader, user)));
}

/** Reads the organization only for a principal that may call `sts:AssumeRoot`. What it finds there is a dependency like the policies. */
async function isAdministrator(loader: Loader, subject: PolicySubject, texts: PolicyTexts): Promise<boolean> {
  if (mayChangeIdentities(subject, texts)) return true;
  return mayChangeIdentities(subject, texts, ROOT_TASKS) && (await administersRoots(loader, subject.accountId));
}

function textsOf({ identity, boundary }: GatheredPolicies): PolicyTexts {
  return {
    identity: identity.map(({ text }) => text),
    boundary: typeof boundary === 'object' ? boundary.text : boundary,
  };
}
