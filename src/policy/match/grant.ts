import type { RequestPrincipal } from '../request.ts';

/**
 * How directly a statement names a caller. The higher the value, the less the caller's other policies limit the grant
 * (IAM policy evaluation logic, "Resource-based policies and implicit denies in other policy types").
 */
export const GRANT = {
  /** Does not name the caller. */
  none: 0,
  /** Names the account, which must delegate the access with an identity policy. */
  account: 1,
  /** Names the role, or the user who federated the caller: a boundary or session policy still limits the grant. */
  role: 2,
  /** Names the user or session itself, or everyone: only an explicit deny limits the grant. */
  direct: 3,
} as const;
export type Grant = (typeof GRANT)[keyof typeof GRANT];

/** Whether the caller is a principal of an account, not an external identity or a service. */
export function hasAccount({ type }: RequestPrincipal): boolean {
  return type === 'Account' || type === 'User' || type === 'AssumedRole' || type === 'FederatedUser';
}
