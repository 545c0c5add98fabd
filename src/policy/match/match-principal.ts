import type { Effect } from '../document/policy-document.ts';
import type { RequestPrincipal } from '../request.ts';
import { GRANT, type Grant, hasAccount } from './grant.ts';
import type { PrincipalMatcher, TrustedIds } from './principal-matcher.ts';

/** `Principal` or `NotPrincipal`. */
export interface CompiledPrincipals {
  readonly negated: boolean;
  /** As written, for example `AWS:arn:aws:iam::123456789012:root`. */
  readonly names: readonly string[];
  readonly entries: readonly PrincipalMatcher[];
}

/** The principals of a statement. */
export interface StatementPrincipals {
  readonly principals: CompiledPrincipals | undefined;
  readonly effect: Effect;
}

/** The caller, with everything else that decides whether a statement names it. */
export interface CallerScope {
  readonly request: { readonly principal: RequestPrincipal };
  readonly trustedIds: TrustedIds | undefined;
  /** Whether the caller has a permissions boundary, which matters for `NotPrincipal`. */
  readonly hasBoundary: boolean;
}

/**
 * How directly a statement applies to the caller. A policy without principals belongs to the caller itself.
 * `NotPrincipal` applies to everyone except those named. With `Deny`, as documented, it always applies to callers
 * with a permissions boundary, and to every caller that is not named together with its account and role.
 */
export function matchPrincipal(statement: StatementPrincipals, scope: CallerScope): Grant {
  const { principals, effect } = statement;
  if (!principals) return GRANT.direct;
  const { principal } = scope.request;
  if (principals.negated && effect === 'Deny' && scope.hasBoundary && hasAccount(principal)) return GRANT.direct;
  const { trustedIds } = scope;
  if (principals.negated && effect === 'Deny') {
    return isExcepted(principals, principal, trustedIds) ? GRANT.none : GRANT.direct;
  }
  const grant = grantOf(principals, principal, trustedIds);
  if (!principals.negated) return grant;
  return grant === GRANT.none ? GRANT.direct : GRANT.none;
}

/** The most direct grant with which the entries name this principal. */
function grantOf(
  { entries }: CompiledPrincipals,
  principal: RequestPrincipal,
  trustedIds: TrustedIds | undefined,
): Grant {
  let grant: Grant = GRANT.none;
  for (const matches of entries) {
    const found = matches(principal, trustedIds);
    if (found > grant) grant = found;
  }
  return grant;
}

/**
 * Whether a `Deny` with `NotPrincipal` exempts this principal. The statement must name the principal itself and its
 * account, and for a role session the role too: AWS "might validate the account first, then the role, and then the
 * assumed-role user" (IAM user guide, NotPrincipal).
 */
function isExcepted(
  { entries, names }: CompiledPrincipals,
  principal: RequestPrincipal,
  trustedIds: TrustedIds | undefined,
): boolean {
  let found = 0;
  for (const [index, matches] of entries.entries()) {
    const grant = matches(principal, trustedIds);
    if (grant === GRANT.direct && EVERYONE.includes(names[index] as string)) return true;
    found |= 1 << grant;
  }
  const wanted = EXCEPTED_BY[principal.type] ?? 1 << GRANT.direct;
  return (found & wanted) === wanted;
}

const EVERYONE: readonly string[] = ['*', 'AWS:*'];
/** The levels at which a principal of an account must be named, as bit flags. */
const EXCEPTED_BY: Readonly<Partial<Record<RequestPrincipal['type'], number>>> = {
  Account: 1 << GRANT.account,
  User: (1 << GRANT.direct) | (1 << GRANT.account),
  AssumedRole: (1 << GRANT.direct) | (1 << GRANT.role) | (1 << GRANT.account),
  FederatedUser: (1 << GRANT.direct) | (1 << GRANT.account),
};
