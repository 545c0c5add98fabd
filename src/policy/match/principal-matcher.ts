import type { PrincipalEntry } from '../document/policy-document.ts';
import type { RequestPrincipal } from '../request.ts';
import { GRANT, type Grant, hasAccount } from './grant.ts';

/**
 * The unique ids of the principals that a policy names, by ARN, as of when it was saved: `AIDA…`, `AROA…`, and
 * `AROA…:SESSION` for a role session. Empty if the principal is unknown: the ARN then grants nothing, but a `Deny`
 * still matches by name.
 */
export type TrustedIds = Readonly<Record<string, string>>;

/** How directly an entry of `Principal` names a caller. */
export type PrincipalMatcher = (principal: RequestPrincipal, trustedIds: TrustedIds | undefined) => Grant;

const ROOT_ARN = /^arn:[^:]+:iam::(\d{12}):root$/;
const ACCOUNT_ID = /^\d{12}$/;

/** The matcher for one entry. `isNarrow` means that a star must name no more callers than necessary. */
export function principalMatcher({ type, text }: PrincipalEntry, isNarrow: boolean): PrincipalMatcher {
  switch (type) {
    case '*':
      return () => GRANT.direct;
    case 'AWS':
      return text === '*' ? starMatcher(isNarrow) : awsMatcher(text, isNarrow);
    case 'Federated':
      return (principal) => directIf(isFederated(principal) && includesOrAll(principal.federated, text));
    case 'Service':
      return (principal) => directIf(principal.type === 'Service' && includesOrAll(principal.services, text));
    case 'CanonicalUser':
      // callers have no canonical ids here
      return () => GRANT.none;
  }
}

/**
 * `{"AWS": "*"}` means everyone, including anonymous callers ("Principal: All principals"). But callers from an
 * identity provider are trusted only if `Federated` names the provider ("Principal: Web identity session
 * principals").
 */
function starMatcher(isNarrow: boolean): PrincipalMatcher {
  return isNarrow ? (principal) => directIf(!isFederated(principal)) : () => GRANT.direct;
}

function awsMatcher(text: string, isNarrow: boolean): PrincipalMatcher {
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

/** Whether the caller is the session named by `AROA…:SESSION`. */
function isSession({ type, uniqueId, arn }: RequestPrincipal, sessionId: string): boolean {
  if (type !== 'AssumedRole' || uniqueId === '' || !sessionId.startsWith(uniqueId)) return false;
  const end = uniqueId.length;
  // session names contain no slash, and a session's ARN ends with its name
  return sessionId.charCodeAt(end) === COLON && arn.endsWith(`/${sessionId.slice(end + 1)}`);
}

const COLON = 0x3a;

const FEDERATED: ReadonlySet<RequestPrincipal['type']> = new Set([
  'WebIdentity',
  'SAML',
  'Certificate',
  'CustomToken',
  'Directory',
]);

function isFederated({ type }: RequestPrincipal): boolean {
  return FEDERATED.has(type);
}

function includesOrAll(names: readonly string[] | undefined, wanted: string): boolean {
  return wanted === '*' || (names?.includes(wanted) ?? false);
}

function directIf(matches: boolean): Grant {
  return matches ? GRANT.direct : GRANT.none;
}
