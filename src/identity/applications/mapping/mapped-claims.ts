import type { ClaimTarget, MappedClaim } from '../../documents/applications/claim.ts';
import { mappedValues } from './mapped-values.ts';
import { decidingGroups, type SubjectFacts, valuesFor } from './subject-facts.ts';
import type { ValuesOf } from './templates.ts';

/** The largest claims of a token, in bytes of JSON: access tokens are sent in headers, which servers limit. */
export const LARGEST_CLAIMS = 4096;

/** Which scope a variable needs, as the claim that has the same. The others come with `openid`, as `sub` and `arn` do. */
const SCOPES: Readonly<Record<string, string>> = {
  'user:name': 'profile',
  'user:preferredUsername': 'profile',
  'user:sessionName': 'profile',
  'user:email': 'email',
  'user:givenName': 'profile',
  'user:familyName': 'profile',
  'user:middleName': 'profile',
  'user:nickname': 'profile',
  'user:picture': 'profile',
  'user:zoneinfo': 'profile',
  'user:locale': 'profile',
  'user:phoneNumber': 'phone',
  'user:groups': 'groups',
};

export interface ClaimsQuestion {
  readonly target: ClaimTarget;
  /** What the person granted. */
  readonly scopes: ReadonlySet<string>;
  /** The account of the client. */
  readonly accountId: string;
}

/**
 * The claims that a client gets of a person. Claims without a value are left out, and variables have none if they need a scope that was not
 * granted: a mapping must not tell an app what the person did not agree to. Once the limit is reached, the rest is left out.
 */
export function claimsFor(
  claims: readonly MappedClaim[],
  facts: SubjectFacts,
  question: ClaimsQuestion,
): Readonly<Record<string, unknown>> {
  const valuesOf = grantedValues(facts, question);
  const groups = question.scopes.has('groups') ? decidingGroups(facts, question.accountId) : [];
  const given: Record<string, unknown> = {};
  let size = 0;
  for (const claim of claims) {
    const value = claim.targets.includes(question.target)
      ? shaped(claim, mappedValues(claim, valuesOf, groups))
      : undefined;
    if (value === undefined) continue;
    size += Buffer.byteLength(JSON.stringify([claim.name, value]));
    if (size > LARGEST_CLAIMS) break;
    given[claim.name] = value;
  }
  return given;
}

function shaped({ isList, separator }: MappedClaim, values: readonly string[]): unknown {
  if (values.length === 0) return undefined;
  if (isList) return values;
  return separator === undefined ? values[0] : values.join(separator);
}

/** Tags have no scope: only people of the client's own account have agreed to them, by belonging to it. */
function grantedValues(facts: SubjectFacts, { scopes, accountId }: ClaimsQuestion): ValuesOf {
  const valuesOf = valuesFor(facts);
  return (variable) => {
    const scope = SCOPES[variable];
    const isTag = variable.startsWith('user:tag/');
    const isGranted = isTag ? facts.person.accountId === accountId : scope === undefined || scopes.has(scope);
    return isGranted ? valuesOf(variable) : [];
  };
}
