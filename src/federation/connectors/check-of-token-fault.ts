import type { TokenFault } from '../web-identity/token-fault.ts';
import type { LoginCheck } from './login-refused.ts';

const CHECKS: Readonly<Partial<Record<TokenFault['check'], LoginCheck>>> = {
  issuer: 'issuer',
  keys: 'unreachable',
  algorithm: 'algorithm',
  signature: 'signature',
  expiry: 'expiry',
  'not-before': 'expiry',
  'issued-at': 'expiry',
};

/** The check of a login that a faulty token fails. */
export function checkOfTokenFault({ check }: TokenFault): LoginCheck {
  return CHECKS[check] ?? 'token';
}
