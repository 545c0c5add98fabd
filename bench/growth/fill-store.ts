import type { ManagedPolicy } from '../../src/identity/documents/managed-policy.ts';
import type { Role } from '../../src/identity/documents/role.ts';
import type { User } from '../../src/identity/documents/user.ts';
import type { IdentityStore } from '../../src/identity/store/identity-store.ts';
import { ID_PREFIX, type IdPrefix, makeId } from '../../src/kernel/ids.ts';
import type { Random } from '../../src/kernel/random.ts';

/** One entity of each kind, of which the others are copies. */
export interface Patterns {
  readonly user: User;
  readonly role: Role;
  readonly policy: ManagedPolicy;
}

/** How many documents share a transaction. */
const AT_ONCE = 5_000;

/** Adds users, roles and policies to an account through the store, because the API would be much slower. */
export async function fillStore(
  store: IdentityStore,
  { user, role, policy }: Patterns,
  { from, to, random }: { readonly from: number; readonly to: number; readonly random: Random },
): Promise<void> {
  const { accountId } = user;
  const named = (name: string) => ({ name, nameKey: name.toLowerCase() });
  const idOf = (prefix: IdPrefix): string => makeId(prefix, accountId, random);
  const numbers = (start: number): number[] =>
    Array.from({ length: Math.min(AT_ONCE, to - start) }, (_, n) => start + n);
  for (let start = from; start < to; start += AT_ONCE) {
    const made = numbers(start);
    await Promise.all([
      store.users.insertMany(
        made.map((n) => {
          const { name, nameKey } = named(`Filler-${n}`);
          return { ...user, userId: idOf(ID_PREFIX.user), userName: name, nameKey };
        }),
      ),
      store.roles.insertMany(
        made.map((n) => {
          const { name, nameKey } = named(`Filler-${n}`);
          return { ...role, roleId: idOf(ID_PREFIX.role), roleName: name, nameKey };
        }),
      ),
      store.managedPolicies.insertMany(
        made.map((n) => {
          const { name, nameKey } = named(`Filler-${n}`);
          const arn = `arn:aws:iam::${accountId}:policy/${name}`;
          return { ...policy, policyId: idOf(ID_PREFIX.managedPolicy), policyName: name, nameKey, arn };
        }),
      ),
    ]);
  }
}
