import { conditionKeyName } from '../../policy/catalogue/catalogue.ts';
import { keysOfCallIn, type TrustDecision, tracedStatements } from './decide-trust.ts';
import type { RoleLoginTest } from './run-role-login-test.ts';
import { shownChecks } from './shown-login-test.ts';
import { shownMismatch } from './shown-outlooks.ts';

/** A tested role login as the API shows it. */
export function shownRoleLogin({ isAccepted, checks, proven, decisions }: RoleLoginTest) {
  const [first] = decisions;
  return {
    Accepted: isAccepted,
    Checks: shownChecks(checks),
    ...(proven !== undefined && {
      Identity: {
        ProviderArn: proven.providerArn,
        Subject: proven.subject,
        Audience: proven.audience,
        SessionTags: proven.tags.map(({ key, value }) => ({ Key: key, Value: value })),
        SourceIdentity: proven.sourceIdentity,
      },
    }),
    Decisions: decisions.map(shownDecision),
    KeysOfCall: first === undefined ? [] : keysOfCallIn(first.decision).map(conditionKeyName),
  };
}

function shownDecision({ action, decision }: TrustDecision) {
  return {
    Action: action,
    Allowed: decision.allowed,
    Statements: tracedStatements(decision).map(({ statement, effect, mismatches }) => ({
      Statement: statement,
      Effect: effect === 'Allow' ? ('ALLOW' as const) : ('DENY' as const),
      Matches: mismatches.length === 0,
      Mismatches: mismatches.map((mismatch) => shownMismatch(mismatch, true)),
    })),
  };
}
