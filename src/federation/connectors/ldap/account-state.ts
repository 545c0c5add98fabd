import { AndFilter, type Filter, GreaterThanEqualsFilter, LessThanEqualsFilter } from 'ldapts';
import type { DirectoryEntry } from '../../directory-client/directory-entry.ts';

/** What an entry says about whether its person may sign in. The reason is for the audit log. */
export type AccountState =
  | { readonly state: 'enabled' }
  | { readonly state: 'disabled' | 'password-due'; readonly reason: string };

/** How a kind of directory says so. */
export interface AccountRules {
  readonly attributes: readonly string[];
  readonly stateOf: (entry: DirectoryEntry, now: number) => AccountState;
  /** Finds the accounts that expire between two times, in ms: that changes no entry. */
  readonly expired?: (from: number, to: number) => Filter;
}

const DISABLED_BIT = 0x2;
/** "Never" as Active Directory writes it ([MS-ADTS] §2.2.16 and the attribute `accountExpires`). */
const NEVER = new Set(['0', '9223372036854775807']);
/** Between 1601 and 1970, in units of 100 ns. */
const FILETIME_EPOCH = 116_444_736_000_000_000n;
/** OpenLDAP's time of a lock that an administrator set (draft-behera-ldap-password-policy §5.3.3). */
const LOCKED_FOR_GOOD = '000001010000Z';

function activeDirectory(entry: DirectoryEntry, now: number): AccountState {
  const [flags = ''] = entry.texts('userAccountControl');
  // Without the flags nothing is known; a service account that may not read them must not enable everybody.
  if (!/^-?\d{1,10}$/.test(flags)) return { state: 'disabled', reason: 'userAccountControl cannot be read' };
  if ((Number(flags) & DISABLED_BIT) !== 0) return { state: 'disabled', reason: `userAccountControl ${flags}` };
  const [expires = '0'] = entry.texts('accountExpires');
  if (!NEVER.has(expires)) {
    if (!/^\d{1,19}$/.test(expires)) return { state: 'disabled', reason: 'accountExpires cannot be read' };
    const at = Number((BigInt(expires) - FILETIME_EPOCH) / 10_000n);
    if (at <= now) return { state: 'disabled', reason: `accountExpires ${expires}` };
  }
  if (entry.texts('pwdLastSet')[0] === '0') return { state: 'password-due', reason: 'pwdLastSet 0' };
  return { state: 'enabled' };
}

function activeDirectoryExpired(from: number, to: number): Filter {
  const fileTime = (ms: number): string => String(BigInt(Math.floor(ms)) * 10_000n + FILETIME_EPOCH);
  const attribute = 'accountExpires';
  return new AndFilter({
    filters: [
      new GreaterThanEqualsFilter({ attribute, value: fileTime(from) }),
      new LessThanEqualsFilter({ attribute, value: fileTime(to + 1) }),
    ],
  });
}

function openLdap(entry: DirectoryEntry): AccountState {
  const [locked] = entry.texts('pwdAccountLockedTime');
  if (locked === LOCKED_FOR_GOOD) return { state: 'disabled', reason: `pwdAccountLockedTime ${locked}` };
  if (entry.texts('pwdReset')[0]?.toUpperCase() === 'TRUE') return { state: 'password-due', reason: 'pwdReset TRUE' };
  return { state: 'enabled' };
}

function directoryServer389(entry: DirectoryEntry): AccountState {
  const [locked] = entry.texts('nsAccountLock');
  return locked?.toUpperCase() === 'TRUE' ? { state: 'disabled', reason: 'nsAccountLock TRUE' } : { state: 'enabled' };
}

export const ACCOUNT_RULES = {
  ad: {
    attributes: ['userAccountControl', 'accountExpires', 'pwdLastSet', 'lockoutTime'],
    stateOf: activeDirectory,
    expired: activeDirectoryExpired,
  },
  openldap: { attributes: ['pwdAccountLockedTime', 'pwdReset'], stateOf: openLdap },
  '389ds': { attributes: ['nsAccountLock'], stateOf: directoryServer389 },
} as const satisfies Record<string, AccountRules>;
