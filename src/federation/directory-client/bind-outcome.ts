import { Control } from 'ldapts';
import { BerFault, berInteger, readBer } from './ber.ts';
import type { LdapResult } from './read-response.ts';
import { faultOf, RESULT_CODES } from './result-codes.ts';

/**
 * What a bind as a person says. `password-due` and `not-allowed` only if the password was right, so that they tell nothing to somebody who
 * guesses. The detail is for the audit log.
 */
export interface BindOutcome {
  readonly outcome: 'passed' | 'wrong' | 'password-due' | 'not-allowed';
  readonly detail: string;
}

/** Asks for password policy responses (draft-behera-ldap-password-policy §6.1). */
export const PASSWORD_POLICY = '1.3.6.1.4.1.42.2.27.8.5.1';
/** The older control of Netscape's servers, which says that the password has expired. */
const PASSWORD_EXPIRED = '2.16.840.1.113730.3.4.4';

export function passwordPolicyControl(): Control {
  return new Control(PASSWORD_POLICY);
}

/** Sub-codes of Active Directory in its diagnostic message. Those that are sent for wrong passwords, too, stay `wrong`. */
const ACTIVE_DIRECTORY: Readonly<Record<string, readonly [BindOutcome['outcome'], string]>> = {
  '525': ['wrong', 'user not found'],
  '52e': ['wrong', 'wrong password'],
  '530': ['not-allowed', 'not permitted at this time'],
  '531': ['not-allowed', 'not permitted from this workstation'],
  '532': ['password-due', 'password expired'],
  '533': ['not-allowed', 'account disabled'],
  '701': ['not-allowed', 'account expired'],
  '773': ['password-due', 'password must be changed'],
  '775': ['wrong', 'account locked'],
};

const POLICY_ERRORS = ['password expired', 'account locked', 'password must be changed'] as const;

/** Codes with which servers refuse a person, rather than fail. */
const REFUSALS = new Set<number>([
  RESULT_CODES.invalidCredentials,
  19, // constraint violation: too many failures (389 Directory Server)
  RESULT_CODES.noSuchObject,
  RESULT_CODES.invalidDnSyntax,
  48, // inappropriate authentication: the entry has no password
  50, // insufficient access
  53, // unwilling to perform: the account is inactive (389 Directory Server)
]);

/** @throws {DirectoryFault} if the server failed, which says nothing about the password. */
export function readBindOutcome(result: LdapResult, isActiveDirectory: boolean): BindOutcome {
  const policy = policyError(result);
  if (result.code === RESULT_CODES.success) {
    // The server accepts nothing but a change of password on this connection.
    if (policy === 'password must be changed' || saysOnlyExpired(result))
      return { outcome: 'password-due', detail: policy ?? '' };
    return { outcome: 'passed', detail: policy ?? '' };
  }
  if (!REFUSALS.has(result.code)) throw faultOf('sign-in', result);
  if (policy === 'password expired') return { outcome: 'password-due', detail: policy };
  const code = isActiveDirectory ? /\bdata ([\da-f]{3,8}),/i.exec(result.diagnostic)?.[1]?.toLowerCase() : undefined;
  const known = code === undefined ? undefined : ACTIVE_DIRECTORY[code.replace(/^0+(?=.{3})/, '')];
  if (known !== undefined) return { outcome: known[0], detail: `${known[1]} (${code})` };
  return { outcome: 'wrong', detail: policy ?? faultOf('bind', result).message };
}

/** Servers with the older control alone mean a password that must be changed first (draft-vchu-ldap-pwd-policy §4.1). */
function saysOnlyExpired({ controls }: LdapResult): boolean {
  return controls.has(PASSWORD_EXPIRED) && !controls.has(PASSWORD_POLICY);
}

function policyError({ controls }: LdapResult): (typeof POLICY_ERRORS)[number] | undefined {
  const value = controls.get(PASSWORD_POLICY);
  if (value === undefined || value.length === 0) return controls.has(PASSWORD_EXPIRED) ? 'password expired' : undefined;
  try {
    const error = readBer(value).children.find(({ tag }) => tag === 0x81);
    return error && POLICY_ERRORS[berInteger(error)];
  } catch (error) {
    if (error instanceof BerFault) return undefined;
    throw error;
  }
}
