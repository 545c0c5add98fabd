import { shape } from '../shapes/shape.ts';
import { OUTLOOK, REPORTED_TEXTS } from './role-shapes.ts';

const { boolean, enumeration, list, optional, required, structure, text } = shape;

/** The largest evidence, in characters: an ID token or claims with some hundred groups. */
const LONGEST_EVIDENCE = 100_000;

const CREDENTIALS = structure(
  'EvidenceCredentials',
  {
    UserName: required(text('EvidenceUserName', { length: [1, 256], sensitive: true }), 'The name, as it is typed.'),
    Password: required(text('EvidencePassword', { length: [1, 1024], sensitive: true }), 'The password.'),
  },
  { documentation: 'A name and a password.' },
);

/** One member for each kind of evidence; a request has exactly one. */
export const EVIDENCE_MEMBERS = {
  Claims: optional(
    text('EvidenceClaims', { length: [2, LONGEST_EVIDENCE], sensitive: true }),
    'The claims of a person as a JSON object, as the provider would send them. They count as verified.',
  ),
  IdToken: optional(
    text('EvidenceIdToken', { length: [1, LONGEST_EVIDENCE], sensitive: true }),
    'An ID token of the provider, as at a sign-in. It may have expired: the checks say so, and the rest is tested as well.',
  ),
  SamlResponse: optional(
    text('EvidenceSamlResponse', { length: [1, LONGEST_EVIDENCE], sensitive: true }),
    'A response of a SAML provider, in base64, as the browser posts it. It may have been used or have expired, and the test does not use it up.',
  ),
  Credentials: optional(
    CREDENTIALS,
    'A name and a password in an LDAP directory, which is asked. Attempts count as those of sign-ins through the connector.',
  ),
};
export const EVIDENCE = structure('LoginEvidence', EVIDENCE_MEMBERS, {
  documentation: 'What the provider says of a person. Give exactly one member. It is never audited or logged.',
});

const REPORTED = text('ReportedLoginText');

export const CHECK = structure(
  'TestedCheck',
  {
    Name: required(REPORTED, 'The check, named as `errorCode` in the audit events of sign-ins.'),
    Outcome: required(
      enumeration('TestedOutcome', ['PASSED', 'FAILED', 'SKIPPED']),
      'Whether it passed. `SKIPPED`: the evidence cannot show it.',
    ),
    Detail: optional(REPORTED, 'What was compared, or why it was skipped.'),
  },
  { documentation: 'A check of a sign-in.' },
);
export const CHECKS = list('TestedCheckList', CHECK);

const CONDITION = structure(
  'TestedCondition',
  {
    Operator: required(REPORTED, 'The operator.'),
    Key: required(REPORTED, 'The key.'),
    Wanted: required(REPORTED_TEXTS, 'The values of the condition.'),
    Actual: required(REPORTED_TEXTS, 'The value of the key. Empty if it has none.'),
    Holds: required(boolean('ConditionHolds'), 'Whether the login meets it.'),
  },
  { documentation: 'One condition of the rules.' },
);

const USER = structure(
  'TestedUser',
  {
    UserName: required(REPORTED, 'The user name.'),
    Arn: required(REPORTED, 'The ARN, with the path.'),
    UserId: optional(REPORTED, 'The unique id. Absent if the sign-in would create the user.'),
    IsNew: required(boolean('IsNewUser'), 'Whether the sign-in would create the user.'),
    DisplayName: optional(REPORTED, 'The display name that the login gives.'),
    Email: optional(REPORTED, 'The e-mail address that the login gives. Absent if it is unusable or not verified.'),
  },
  { documentation: 'The user that a login leads to.' },
);

const GROUP_RULE = structure(
  'TestedGroupRule',
  {
    Value: optional(REPORTED, 'The value that the claim must have. Absent for a group that everyone gets.'),
    Group: required(REPORTED, 'The group that it gives.'),
    Applies: required(boolean('RuleApplies'), 'Whether it gives the group to this person.'),
  },
  { documentation: 'One rule for groups.' },
);

const TAG_RULE = structure(
  'TestedTagRule',
  {
    Key: required(REPORTED, 'The key of the session tag.'),
    Claim: required(REPORTED, 'The claim.'),
    Value: optional(REPORTED, 'The value that the rule gives. Absent if it gives none.'),
    State: required(
      enumeration('TestedTagState', ['GIVEN', 'DEFAULT', 'ABSENT', 'UNUSABLE', 'USER_TAG']),
      '`DEFAULT`: the claim is absent, and the rule has a default. `UNUSABLE`: the claim has several values, or one that cannot be a tag. `USER_TAG`: the user has a tag with this key, which comes first.',
    ),
  },
  { documentation: 'One rule for session tags.' },
);

const RULES = structure(
  'TestedRules',
  {
    UserNameClaim: optional(
      REPORTED,
      'The claim that names the user. Absent if none of those in the rules has a value.',
    ),
    DisplayNameClaim: optional(REPORTED, 'The claim with the display name.'),
    EmailClaim: optional(REPORTED, 'The claim with the e-mail address.'),
    GroupsClaim: optional(REPORTED, 'The claim with the groups. Absent if the rules read none.'),
    GroupsClaimState: optional(
      enumeration('GroupsClaimState', ['PRESENT', 'ABSENT', 'LEFT_OUT']),
      '`LEFT_OUT`: the provider has the claim but did not send it, so the groups of the last sign-in stay.',
    ),
    GroupsClaimValues: required(REPORTED_TEXTS, 'Its values; at most 200 are shown.'),
    Groups: required(list('TestedGroupRuleList', GROUP_RULE), 'Every rule for groups.'),
    Tags: required(list('TestedTagRuleList', TAG_RULE), 'Every rule for session tags.'),
  },
  { documentation: 'What the rules of a connector make of a login, and why.' },
);

const GROUPS = structure(
  'TestedGroups',
  {
    Added: required(REPORTED_TEXTS, 'Groups that the user would be added to.'),
    Removed: required(
      REPORTED_TEXTS,
      'Groups that the user would be taken out of, because the claim gives them no longer.',
    ),
    Missing: required(REPORTED_TEXTS, 'Groups that the rules give but the account does not have.'),
  },
  { documentation: 'What a login would change in the groups of its user.' },
);

/** The output of a tested login. */
export const LOGIN_TEST_OUTPUT = {
  Accepted: required(boolean('LoginAccepted'), 'Whether a sign-in with this evidence would succeed.'),
  Checks: required(CHECKS, 'Every check, in order. The first that failed is the one that a sign-in would report.'),
  Conditions: required(list('TestedConditionList', CONDITION), 'Every condition of the rules.'),
  User: optional(USER, 'The user that this is here, or the user that would be created.'),
  Rules: optional(RULES, 'What the rules make of the claims.'),
  Groups: optional(GROUPS, 'What would change in the groups of the user.'),
  NextSteps: required(
    list('TestedStepList', enumeration('TestedStep', ['MFA', 'CHANGE_PASSWORD'])),
    'What the person would be asked for after the provider.',
  ),
  TrustedFactor: optional(
    REPORTED,
    'The value by which the login would count as the second factor, such as `amr mfa`. Absent if it would not.',
  ),
  Roles: required(
    list('RoleOutlookList', OUTLOOK),
    'The roles of the account: first those that the person could assume, then those whose trust policy would let the person in, then the others. Empty if the sign-in would be refused, or the caller may not see roles.',
  ),
  RolesWithheld: optional(REPORTED, 'Why no roles are shown: the permissions that the caller lacks.'),
  ...shape.pageResponse,
};
