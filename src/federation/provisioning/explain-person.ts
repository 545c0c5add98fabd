import type { ProvisioningRules } from '../../identity/documents/connector.ts';
import type { ProposedPerson } from '../../identity/links/sign-in-linked.ts';
import { valueTest } from './group-dns.ts';
import { proposePerson } from './propose-person.ts';
import { type Claims, firstText, readClaim, textsOf } from './read-claim.ts';

/** What the rules of a connector make of a login, and why. */
export interface ExplainedPerson {
  readonly person: ProposedPerson;
  /** The claims that were used; `undefined` if none of those in the rules has a value. */
  readonly claims: {
    readonly userName: string | undefined;
    readonly displayName: string | undefined;
    readonly email: string | undefined;
  };
  /** Every rule that may give a group, in the order in which they are written. */
  readonly groupRules: readonly GroupRuleOutcome[];
  /** What the provider says of the person's groups; `undefined` if the rules read no claim. */
  readonly groupsClaim: GroupsClaim | undefined;
}

export interface GroupRuleOutcome {
  /** The value that the claim must have; `undefined` for a group that everyone gets. */
  readonly value: string | undefined;
  readonly group: string;
  readonly applies: boolean;
}

export interface GroupsClaim {
  readonly name: string;
  readonly values: readonly string[];
  /** `left-out`: the provider has the claim but did not send it, so the person keeps the groups of the last login. */
  readonly state: 'present' | 'absent' | 'left-out';
}

/** Explains {@link proposePerson}. */
export function explainPerson(rules: ProvisioningRules, claims: Claims, subject: string): ExplainedPerson {
  const person = proposePerson(rules, claims, subject);
  const claim = rules.groups.claim;
  const given = claim === undefined ? undefined : readClaim(claims, claim);
  const values = textsOf(given);
  const isKept = person.groups === undefined;
  const isHeld = valueTest(claim ?? '', values);
  return {
    person,
    claims: {
      userName: firstClaim(claims, rules.userName),
      displayName: firstClaim(claims, rules.displayName),
      email: firstClaim(claims, rules.email),
    },
    groupRules: [
      ...rules.groups.always.map((group) => ({ value: undefined, group, applies: !isKept })),
      ...rules.groups.map.map(({ value, group }) => ({ value, group, applies: !isKept && isHeld(value) })),
    ],
    groupsClaim: claim === undefined ? undefined : { name: claim, values, state: stateOf(given, isKept) },
  };
}

/** An empty list is an answer: the person is in no group. A claim that is absent mostly means that the provider was not told to send it. */
function stateOf(given: unknown, isKept: boolean): GroupsClaim['state'] {
  if (isKept) return 'left-out';
  return given === undefined || given === null ? 'absent' : 'present';
}

function firstClaim(claims: Claims, paths: readonly string[]): string | undefined {
  return paths.find((path) => firstText(claims, [path]) !== undefined);
}
