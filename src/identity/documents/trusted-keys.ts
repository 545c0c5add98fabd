import { parseArn } from '../../kernel/arn.ts';
import { parseDocument } from '../../policy/document/parse-document.ts';
import type { PolicyDocument, PrincipalEntry } from '../../policy/document/policy-document.ts';

/** The key of roles that trust callers of every account. */
export const EVERYONE = '*';

const ACCOUNT_ID = /^\d{12}$/;
/** No caller has a longer ARN or id. A policy may name longer ones of other servers' accounts, which no index could hold. */
const LONGEST_KEY = 256;

/**
 * The keys under which a role is found by the callers that its trust policy may let in: an account id, the unique id of a user, role or
 * session, the ARN of a session that has none, or {@link EVERYONE}. Conditions and denials are not considered, so a role found by a key
 * need not be assumable. A role without any of a caller's keys never is.
 */
export function trustedKeysOf(trustPolicy: string, trustedIds: Readonly<Record<string, string>> = {}): string[] {
  const keys = new Set<string>();
  for (const { effect, principal } of documentOf(trustPolicy)?.statements ?? []) {
    if (effect !== 'Allow' || principal === undefined) continue;
    // `NotPrincipal` lets in everyone else
    if (principal.negated) keys.add(EVERYONE);
    else for (const entry of principal.entries) addKey(keys, entry, trustedIds);
  }
  return [...keys];
}

/** An unreadable policy lets nobody in. */
function documentOf(text: string): PolicyDocument | undefined {
  try {
    return parseDocument(text);
  } catch {
    return undefined;
  }
}

function addKey(keys: Set<string>, { type, text }: PrincipalEntry, trustedIds: Readonly<Record<string, string>>): void {
  if (text === '*') keys.add(EVERYONE);
  if (type !== 'AWS' || text === '*') return;
  const key = keyOf(text, trustedIds);
  if (key !== '' && key.length <= LONGEST_KEY) keys.add(key);
}

/** Empty for a principal that no caller can be. */
function keyOf(text: string, trustedIds: Readonly<Record<string, string>>): string {
  if (Object.hasOwn(trustedIds, text)) return trustedIds[text] ?? '';
  const arn = parseArn(text);
  if (arn === undefined) return text;
  if (arn.resource === 'root' && ACCOUNT_ID.test(arn.accountId)) return arn.accountId;
  // users and roles are trusted by their unique ids alone
  return arn.service === 'sts' ? text : '';
}
