import type { PrincipalEntry } from '../document/policy-document.ts';
import type { RequestPrincipal } from '../request.ts';
import { GRANT, type Grant, hasAccount } from './grant.ts';

/**
 * The unique ids that principals named by ARN had when the policy was saved, by ARN: `AIDA…`, `AROA…`, and `AROA…:SESSION` for a
 * session of a role. Empty if it is not known whom the ARN named: it then grants nothing, but still denies by name.
 */
export type TrustedIds = Readonly<Record<string, string>>;

/** How directly one entry of `Principal` names a caller. */
export type PrincipalMatcher = (principal: RequestPrincipal, trustedIds: TrustedIds | undefined) => Grant;

const ROOT_ARN = /^arn:[^:]+:iam::(\d{12}):root$/;
const ACCOUNT_ID = /^\d{12}$/;

/** The matcher of one entry; `isNarrow` where a star must name no more callers than necessary. */
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
      // no caller has a canonical id here
      return () => GRANT.none;
  }
}

/**
 * `{"AWS": "*"}` is everyone, those without credentials too ("Principal: All principals"). But what comes from an identity provider
 * is trusted only by naming the provider under `Federated` ("Principal: Web identity session principals").
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

/** Whether the caller is the session that `AROA…:SESSION` names. */
function isSession({ type, uniqueId, arn }: RequestPrincipal, sessionId: string): boolean {
  if (type !== 'AssumedRole' || uniqueId === '' || !sessionId.startsWith(uniqueId)) return false;
  const end = uniqueId.length;
  // a session name has no slash in it, and an ARN of a session ends with its name
  return sessionId.charCodeAt(end) === COLON && arn.endsWith(`/${sessionId.slice(end + 1)}`);
}

const COLON = 0x3a;

function isFederated({ type }: RequestPrincipal): boolean {
  return type === 'WebIdentity' || type === 'SAML';
}

function includesOrAll(names: readonly string[] | undefined, wanted: string): boolean {
  return wanted === '*' || (names?.includes(wanted) ?? false);
}

function directIf(matches: boolean): Grant {
  return matches ? GRANT.direct : GRANT.none;
}
