import { rootArn } from '../../kernel/arn.ts';
import { DuplicateKeyError } from '../../ports/collections.ts';
import { makeAccountId } from '../accounts/account-id.ts';
import { findHoldersBy } from '../credentials/find-credential-holder.ts';
import { foldEmail } from '../credentials/people.ts';
import type { Account } from '../documents/account.ts';
import type { Passwords } from '../passwords/passwords.ts';
import { unknownPassword } from '../passwords/root-password.ts';
import { attachPolicy } from '../policy-holder/attached-policies.ts';
import { createRole } from '../roles/create-role.ts';
import { roleKind } from '../roles/role-kind.ts';
import type { IdentityDependencies } from '../store/identity-dependencies.ts';

export interface CreateAccountDependencies extends Pick<IdentityDependencies, 'store' | 'random'> {
  readonly passwords: Pick<Passwords, 'hash'>;
}

export interface NewAccount {
  readonly email: string;
  /** The account whose principals may assume the new account's role. */
  readonly managementAccountId: string;
  readonly roleName: string;
  /** Whether the root user has a password, which nobody knows. The operator can replace it. */
  readonly hasRootPassword: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Characters that no address has which is written to, shown and signed in with: invisible ones, and those that separate addresses. */
const ODD = /[\p{C}\p{Z},;:<>()[\]"\\]/u;

/**
 * Creates an account for an organization: a root user that nobody can sign in as, and a role with AdministratorAccess that the management
 * account may assume. The account comes last, so that any process that sees it also finds its role.
 * @returns the account's id; or why there is none. The address is taken if another root user has it, and also if a user of any account signs in
 * with it: the root user would come first (S31).
 */
export async function createAccount(
  { store, random, passwords }: CreateAccountDependencies,
  { email, managementAccountId, roleName, hasRootPassword, now }: NewAccount,
): Promise<{ readonly accountId: string } | 'INVALID_EMAIL' | 'EMAIL_ALREADY_EXISTS'> {
  const folded = foldEmail(email);
  if (ODD.test(folded)) return 'INVALID_EMAIL';
  if ((await findHoldersBy(store, 'email', folded)).length > 0) return 'EMAIL_ALREADY_EXISTS';
  const accountId = makeAccountId(random);
  const role = await createRole(
    { store, random },
    { accountId, roleName, trustPolicy: trustIn(managementAccountId), now },
  );
  const administrator = 'arn:aws:iam::aws:policy/AdministratorAccess';
  await attachPolicy(roleKind, store, { holder: role, policyArn: administrator });
  const account: Account = {
    accountId,
    createdAt: now,
    root: {
      email: folded,
      ...(hasRootPassword && {
        passwordHash: await unknownPassword({ passwords, random }),
        passwordChangedAt: now,
      }),
      accessKeys: [],
      mfaDevices: [],
    },
  };
  try {
    await store.accounts.insert(account);
  } catch (error) {
    if (!(error instanceof DuplicateKeyError)) throw error;
    await store.roles.remove([accountId, role.roleId]);
    return 'EMAIL_ALREADY_EXISTS';
  }
  return { accountId };
}

function trustIn(accountId: string): string {
  const statement = { Effect: 'Allow', Principal: { AWS: rootArn(accountId) }, Action: 'sts:AssumeRole' };
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
}
