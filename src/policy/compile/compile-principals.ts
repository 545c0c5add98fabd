import type { Effect, PrincipalEntry, PrincipalPart } from '../document/policy-document.ts';
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

/** `Principal` or `NotPrincipal`. */
export interface CompiledPrincipals {
  readonly negated: boolean;
  /** As they were written, for example `AWS:arn:aws:iam::123456789012:root`. */
  readonly names: readonly string[];
  readonly entries: readonly PrincipalMatcher[];
}

/**
 * The unique ids that principals named by ARN had when the policy was saved, by ARN: `AIDA…`, `AROA…`, and `AROA…:SESSION` for a
 * session of a role. Empty if it is not known whom the ARN named: it then grants nothing, but still denies by name.
 */
export type TrustedIds = Readonly<Record<string, string>>;

type PrincipalMatcher = (principal: RequestPrincipal, trustedIds: TrustedIds | undefined) => Grant;

export function compilePrincipals(part: PrincipalPart, effect: Effect): CompiledPrincipals {
  // where naming someone allows, a star names no more than it must; where it denies, no less
  const isNarrow = (effect === 'Allow') !== part.negated;
  return Object.freeze({
    negated: part.negated,
    names: part.entries.map(({ type, text }) => (type === '*' ? '*' : `${type}:${text}`)),
    entries: part.entries.map((entry) => compileEntry(entry, isNarrow)),
  });
}

/** The most direct way in which the entries name this principal. */
export function grantOf(
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
 * Whether `NotPrincipal` with `Deny` excepts this principal. It must name the principal itself and its account, and for a role
 * session the role too: AWS "might validate the account first, then the role, and then the assumed-role user" (IAM user guide,
 * NotPrincipal).
 */
export function isExcepted(
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
/** The levels at which a principal of an account must be named, as bits. */
const EXCEPTED_BY: Readonly<Partial<Record<RequestPrincipal['type'], number>>> = {
  Account: 1 << GRANT.account,
  User: (1 << GRANT.direct) | (1 << GRANT.account),
  AssumedRole: (1 << GRANT.direct) | (1 << GRANT.role) | (1 << GRANT.account),
  FederatedUser: (1 << GRANT.direct) | (1 << GRANT.account),
};

const ROOT_ARN = /^arn:[^:]+:iam::(\d{12}):root$/;
const ACCOUNT_ID = /^\d{12}$/;

function compileEntry({ type, text }: PrincipalEntry, isNarrow: boolean): PrincipalMatcher {
  switch (type) {
    case '*':
      return () => GRANT.direct;
    case 'AWS':
      return text === '*' ? compileStar(isNarrow) : compileAws(text, isNarrow);
    case 'Federated':
      return (principal) => directIf(isFederated(principal) && includesOrAll(principal.federated, text));
    case 'Service':
      return (principal) => directIf(principal.type === 'Service' && includesOrAll(principal.services, text));
    case 'CanonicalUser':
      // no caller has a canonical id here
      return () => GRANT.none;
  }
}

/**
 * `{"AWS": "*"}` is everyone, those without credentials too ("Principal: All principals"). But what comes from an identity provider
 * is trusted only by naming the provider under `Federated` ("Principal: Web identity session principals").
 */
function compileStar(isNarrow: boolean): PrincipalMatcher {
  return isNarrow ? (principal) => directIf(!isFederated(principal)) : () => GRANT.direct;
}

function compileAws(text: string, isNarrow: boolean): PrincipalMatcher {
  const accountId = ACCOUNT_ID.test(text) ? text : ROOT_ARN.exec(text)?.[1];
  if (accountId !== undefined) {
    return (principal) => (hasAccount(principal) && principal.accountId === accountId ? GRANT.account : GRANT.none);
  }
  if (!text.startsWith('arn:')) return (principal) => grantById(principal, text);
  return (principal, trustedIds) => {
    if (trustedIds && Object.hasOwn(trustedIds, text)) {
      const uniqueId = trustedIds[text] as string;
      if (uniqueId !== '' || isNarrow) return grantById(principal, uniqueId);
    }
    if (principal.arn === text) return GRANT.direct;
    return principal.roleArn === text || principal.userArn === text ? GRANT.role : GRANT.none;
  };
}

function grantById(principal: RequestPrincipal, uniqueId: string): Grant {
  if (!hasAccount(principal) || uniqueId === '') return GRANT.none;
  if (principal.uniqueId === uniqueId) return principal.type === 'User' ? GRANT.direct : GRANT.role;
  return isSession(principal, uniqueId) ? GRANT.direct : GRANT.none;
}

/** Whether the caller is the session that `AROA…:SESSION` names. */
function isSession({ type, uniqueId, arn }: RequestPrincipal, sessionId: string): boolean {
  if (type !== 'AssumedRole' || uniqueId === '' || !sessionId.startsWith(uniqueId)) return false;
  const end = uniqueId.length;
  // a session name has no slash in it, and an ARN of a session ends with its name
  return sessionId.charCodeAt(end) === COLON && arn.endsWith(`/${sessionId.slice(end + 1)}`);
}

const COLON = 0x3a;

/** Whether the caller is a principal of an account, and not one from outside or a service. */
export function hasAccount({ type }: RequestPrincipal): boolean {
  return type === 'Account' || type === 'User' || type === 'AssumedRole' || type === 'FederatedUser';
}

function isFederated({ type }: RequestPrincipal): boolean {
  return type === 'WebIdentity' || type === 'SAML';
}

function includesOrAll(names: readonly string[] | undefined, wanted: string): boolean {
  return wanted === '*' || (names?.includes(wanted) ?? false);
}

function directIf(matches: boolean): Grant {
  return matches ? GRANT.direct : GRANT.none;
}
