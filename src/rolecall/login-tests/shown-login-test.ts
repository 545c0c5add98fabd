import type { TestedCheck } from '../../federation/connectors/tested-login.ts';
import type { ExplainedPerson } from '../../federation/provisioning/explain-person.ts';
import type { ConditionOutcome } from '../../federation/provisioning/login-condition.ts';
import type { TagRuleOutcome } from '../../federation/provisioning/login-tags.ts';
import type { PreviewedUser } from '../../identity/links/preview-linked.ts';
import { arnOf } from '../../identity/policy-holder/holder-kind.ts';
import { userKind } from '../../identity/users/user-kind.ts';
import type { LoginTest } from './run-login-test.ts';

/** More values of a claim are left out. */
const MOST_VALUES = 200;

const OUTCOMES = { passed: 'PASSED', failed: 'FAILED', skipped: 'SKIPPED' } as const;
const STATES = { present: 'PRESENT', absent: 'ABSENT', 'left-out': 'LEFT_OUT' } as const;
const STEPS = { mfa: 'MFA', 'change-password': 'CHANGE_PASSWORD' } as const;

/** A tested login as the API shows it, without roles. */
export function shownLoginTest(test: LoginTest) {
  const { isAccepted, checks, conditions, explained, user, steps, trustedFactor, tagRules } = test;
  return {
    Accepted: isAccepted,
    Checks: shownChecks(checks),
    Conditions: conditions.map(shownCondition),
    ...(user !== undefined && explained !== undefined && { User: shownUser(user, explained) }),
    ...(explained !== undefined && { Rules: { ...shownRules(explained), Tags: tagRules.map(shownTag) } }),
    ...(user !== undefined && {
      Groups: { Added: user.addedGroups, Removed: user.removedGroups, Missing: user.missingGroups },
    }),
    NextSteps: steps.map((step) => STEPS[step]),
    ...(trustedFactor !== undefined && { TrustedFactor: trustedFactor }),
  };
}

const TAG_STATES = {
  given: 'GIVEN',
  default: 'DEFAULT',
  absent: 'ABSENT',
  unusable: 'UNUSABLE',
  'user-tag': 'USER_TAG',
} as const;

function shownTag({ key, claim, value, state }: TagRuleOutcome) {
  return { Key: key, Claim: claim, ...(value !== undefined && { Value: value }), State: TAG_STATES[state] };
}

export function shownChecks(checks: readonly ShownCheck[]) {
  return checks.map(({ check, outcome, detail }) => ({
    Name: check,
    Outcome: OUTCOMES[outcome],
    ...(detail !== '' && { Detail: detail }),
  }));
}

type ShownCheck = Omit<TestedCheck, 'check'> & { readonly check: string };

function shownCondition({ operator, key, wanted, actual, holds }: ConditionOutcome) {
  return { Operator: operator, Key: key, Wanted: wanted, Actual: textsOf(actual), Holds: holds };
}

/** The value of a condition key as a list. */
export function textsOf(value: ConditionOutcome['actual']): readonly string[] {
  return value === undefined ? [] : [value].flat();
}

function shownUser({ user, isNew }: PreviewedUser, { person: { displayName, email } }: ExplainedPerson) {
  return {
    UserName: user.userName,
    Arn: arnOf(userKind, user),
    ...(!isNew && { UserId: user.userId }),
    IsNew: isNew,
    DisplayName: displayName,
    Email: email,
  };
}

function shownRules({ claims, groupRules, groupsClaim }: ExplainedPerson) {
  return {
    UserNameClaim: claims.userName,
    DisplayNameClaim: claims.displayName,
    EmailClaim: claims.email,
    ...(groupsClaim !== undefined && { GroupsClaim: groupsClaim.name, GroupsClaimState: STATES[groupsClaim.state] }),
    GroupsClaimValues: (groupsClaim?.values ?? []).slice(0, MOST_VALUES),
    Groups: groupRules.map(({ value, group, applies }) => ({ Value: value, Group: group, Applies: applies })),
  };
}
