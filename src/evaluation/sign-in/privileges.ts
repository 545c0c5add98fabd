import { gatherUserPolicies } from '../../authorize/gather-policies.ts';
import type { HolderId } from '../../identity/credentials/credential-holder.ts';
import { isDisabled, type User } from '../../identity/documents/user.ts';
import { type DependOn, IdentityCache } from '../../identity/store/identity-cache.ts';
import type { IdentityStore } from '../../identity/store/identity-store.ts';
import { mayChangeIdentities } from './may-change-identities.ts';

type CacheDependencies = ConstructorParameters<typeof IdentityCache>[0];

export interface PrivilegesDependencies extends Pick<CacheDependencies, 'feed' | 'clock'> {
  readonly store: IdentityStore;
}

/** Who could take over other people's identities. */
export interface Privileges {
  /** Whether it is a root user, or a user whose policies let it change other identities. Cached until one of them changes. */
  isPrivileged(holder: HolderId): Promise<boolean>;
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
  return {
    async isPrivileged(holder) {
      if (holder.subject === holder.accountId) return true;
      return cache.peek(holder.subject) ?? (await cache.get(holder.subject, (dependOn) => load(holder, dependOn)));
    },
    close: () => cache.close(),
  };
}

async function isPrivilegedUser(
  loader: { readonly store: IdentityStore; readonly dependOn: DependOn },
  user: User,
): Promise<boolean> {
  const { identity, boundary } = await gatherUserPolicies(loader, user);
  return mayChangeIdentities(user, {
    identity: identity.map(({ text }) => text),
    boundary: typeof boundary === 'object' ? boundary.text : boundary,
  });
}
