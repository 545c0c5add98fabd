import type { RequestPrincipal } from '../request.ts';

/**
 * How directly a statement names a caller; the higher, the less the caller's other policies limit what it grants
 * (IAM policy evaluation logic, "Resource-based policies and implicit denies in other policy types").
 */
export const GRANT = {
  /** Not at all. */
  none: 0,
  /** By its account: the account must pass it on by an identity policy. */
  account: 1,
  /** By its role, or the user who federated it: a boundary or session policy still limits it. */
  role: 2,
  /** The user or session itself, or everyone: nothing but an explicit deny limits it. */
  direct: 3,
} as const;
export type Grant = (typeof GRANT)[keyof typeof GRANT];

/** Whether the caller is a principal of an account, and not one from outside or a service. */
export function hasAccount({ type }: RequestPrincipal): boolean {
  return type === 'Account' || type === 'User' || type === 'AssumedRole' || type === 'FederatedUser';
}
