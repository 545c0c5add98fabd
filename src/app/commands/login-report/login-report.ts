import type { shownLoginTest } from '../../../rolecall/login-tests/shown-login-test.ts';
import type { shownOutlooks } from '../../../rolecall/login-tests/shown-outlooks.ts';
import { checkLines, listed, mismatchText, printable, section } from './report-lines.ts';

/** A tested login as printed with `--json`. */
export type TestedLoginShown = ReturnType<typeof shownLoginTest> & {
  readonly Roles: Awaited<ReturnType<typeof shownOutlooks>>['items'];
};

/** A tested login as a person reads it. */
export function loginReport(connector: string, test: TestedLoginShown): string {
  return [
    `A sign-in through ${connector} would be ${test.Accepted ? 'accepted' : 'REFUSED'}.`,
    ...section('Checks', checkLines(test.Checks)),
    ...section('Conditions', test.Conditions.map(conditionLine)),
    ...section('User', userLines(test)),
    ...section('Groups', groupLines(test)),
    ...section('Session tags', (test.Rules?.Tags ?? []).map(tagLine)),
    ...section('Counts as the second factor', test.TrustedFactor === undefined ? [] : [printable(test.TrustedFactor)]),
    ...section(
      'Then asked for',
      test.NextSteps.map((step) => STEPS[step]),
    ),
    ...section(`Roles (AssumeRole)`, test.Roles.flatMap(roleLines)),
    '',
  ].join('\n');
}

const STEPS = { MFA: 'the code of the MFA device', CHANGE_PASSWORD: 'a new password' } as const;

type Condition = TestedLoginShown['Conditions'][number];

function conditionLine({ Operator, Key, Wanted, Actual, Holds }: Condition): string {
  const actual = Actual.length === 0 ? 'is absent' : `is ${listed(Actual)}`;
  return `${Holds ? 'ok    ' : 'FAILED'}  ${Operator} ${Key}: wants ${listed(Wanted)}; ${actual}`;
}

function userLines({ User: user, Rules: rules }: TestedLoginShown): readonly string[] {
  if (user === undefined || rules === undefined) return [];
  const from = (value: string | undefined, claim: string | undefined): string =>
    `${value === undefined ? 'none' : printable(value)} (${claim === undefined ? 'no claim of the rules has a value' : `claim ${claim}`})`;
  return [
    `${user.UserName}, ${user.IsNew ? 'who would be created' : 'who exists'}: ${user.Arn}`,
    `user name      from ${rules.UserNameClaim === undefined ? 'the e-mail address or the subject' : `claim ${rules.UserNameClaim}`}`,
    `display name   ${from(user.DisplayName, rules.DisplayNameClaim)}`,
    `e-mail         ${from(user.Email, rules.EmailClaim)}${isDropped(user, rules) ? ': not verified, or not an address' : ''}`,
  ];
}

function isDropped(
  user: { readonly Email?: string | undefined },
  rules: { readonly EmailClaim?: string | undefined },
): boolean {
  return user.Email === undefined && rules.EmailClaim !== undefined;
}

function groupLines({ Rules: rules, Groups: groups }: TestedLoginShown): readonly string[] {
  if (rules === undefined) return [];
  const claim = rules.GroupsClaim;
  const states = { PRESENT: `is ${listed(rules.GroupsClaimValues)}`, ABSENT: 'is absent', LEFT_OUT: LEFT_OUT } as const;
  return [
    ...(claim === undefined ? [] : [`claim ${claim} ${states[rules.GroupsClaimState ?? 'ABSENT']}`]),
    ...rules.Groups.map(({ Value, Group, Applies }) => {
      const why = Value === undefined ? 'for everyone' : `for ${printable(Value)}`;
      return `${Applies ? 'given    ' : 'not given'}  ${Group} (${why})`;
    }),
    ...(groups?.Added ?? []).map((group) => `would be added to ${group}`),
    ...(groups?.Removed ?? []).map((group) => `would be taken out of ${group}`),
    ...(groups?.Missing ?? []).map((group) => `skipped: the account has no group ${group}`),
  ];
}

const TAG_STATES = {
  GIVEN: 'given',
  DEFAULT: 'given by default, because the claim is absent',
  ABSENT: 'absent',
  UNUSABLE: 'not usable as a tag: several values, a wrong character, or too long',
  USER_TAG: 'not given: the user has a tag with this key',
} as const;

function tagLine({ Key, Claim, Value, State }: NonNullable<TestedLoginShown['Rules']>['Tags'][number]): string {
  const value = Value === undefined ? '' : ` = ${printable(Value)}`;
  return `${printable(Key)}${value} (claim ${printable(Claim)}): ${TAG_STATES[State]}`;
}

const LEFT_OUT = 'was left out by the provider, so the groups of the last sign-in stay';

type Role = TestedLoginShown['Roles'][number];

function roleLines({ Arn, Assumable, DeniedAction, Causes, KeysOfCall }: Role): readonly string[] {
  const unknown = KeysOfCall.length === 0 ? '' : ` (depends on the call: ${KeysOfCall.join(', ')})`;
  return [
    `${Assumable ? 'yes' : 'no '}  ${Arn}${unknown}`,
    ...Causes.flatMap((cause) => causeLines(cause, DeniedAction)).map((line) => `       ${line}`),
  ];
}

const LAYERS = {
  TRUST: 'the trust policy',
  IDENTITY: 'the policies of the user and its groups',
  BOUNDARY: 'the permissions boundary',
  SESSION: 'the session policy',
  RESOURCE: 'the policy of the resource',
  SCP: 'a service control policy',
  RCP: 'a resource control policy',
} as const;

function causeLines(
  { Layer, Kind, Policy, Statement, Mismatches }: Role['Causes'][number],
  action = 'sts:AssumeRole',
): readonly string[] {
  const layer = LAYERS[Layer];
  const where = Layer === 'TRUST' ? `statement ${Statement}` : `policy ${Policy}, statement ${Statement}`;
  if (Kind === 'EXPLICIT_DENY') return [`denied by ${layer}: ${where}`];
  if (Kind === 'UNREADABLE_POLICY') return [`${layer}: ${Policy} cannot be read, so it denies everything`];
  if (Kind === 'MISSING_POLICY') return [`${layer} is set, but its policy is gone`];
  // A login with session tags needs a second permission.
  const notAllowed = action === 'sts:AssumeRole' ? `not allowed by ${layer}` : `${action} is not allowed by ${layer}`;
  if (Statement === undefined) return [`${notAllowed}: no statement is about ${action}`];
  return [`${notAllowed}; closest: ${where}`, ...Mismatches.map((mismatch) => `  ${mismatchText(mismatch)}`)];
}
