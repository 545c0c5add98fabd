import { shape } from '../shapes/shape.ts';
import { CHECKS } from './login-test-shapes.ts';
import { MISMATCHES } from './role-shapes.ts';

const { boolean, enumeration, list, optional, required, structure, text } = shape;

const LONGEST_TOKEN = 100_000;

export const TOKEN_EVIDENCE_MEMBERS = {
  WebIdentityToken: optional(
    text('EvidenceWebIdentityToken', { length: [4, LONGEST_TOKEN], sensitive: true }),
    'The token that `AssumeRoleWithWebIdentity` gets. It may have expired: the checks say so, and the rest is tested as of its issue.',
  ),
  Saml: optional(
    structure('EvidenceSaml', {
      ProviderArn: required(text('EvidenceProviderArn', { length: [20, 2048], audited: true }), 'The SAML provider.'),
      Assertion: required(
        text('EvidenceAssertion', { length: [4, LONGEST_TOKEN], sensitive: true }),
        'The response of the identity provider in base64. The test does not use it up.',
      ),
    }),
    'What `AssumeRoleWithSAML` gets.',
  ),
};
export const TOKEN_EVIDENCE = structure('RoleLoginEvidence', TOKEN_EVIDENCE_MEMBERS, {
  documentation: 'What a caller presents. Give exactly one member. Tokens and assertions are never audited or logged.',
});

const REPORTED = text('ReportedRoleText');

const STATEMENT = structure(
  'TestedStatement',
  {
    Statement: required(REPORTED, 'The Sid, or `#` and the position, counted from 0.'),
    Effect: required(enumeration('TestedEffect', ['ALLOW', 'DENY']), 'Its effect.'),
    Matches: required(boolean('StatementMatches'), 'Whether it matches the call.'),
    Mismatches: required(MISMATCHES, 'Every part that does not match.'),
  },
  { documentation: 'A statement of a trust policy.' },
);

const DECISION = structure(
  'TestedDecision',
  {
    Action: required(REPORTED, 'The action. Session tags and a source identity need one of their own each.'),
    Allowed: required(boolean('ActionAllowed'), 'Whether the trust policy allows it.'),
    Statements: required(list('TestedStatementList', STATEMENT), 'Every statement of the trust policy.'),
  },
  { documentation: 'What a trust policy says to one action.' },
);

const IDENTITY = structure(
  'TestedIdentity',
  {
    ProviderArn: required(REPORTED, 'The identity provider of the account.'),
    Subject: required(REPORTED, 'The subject of the token, or the NameID of the assertion.'),
    Audience: required(REPORTED, 'The audience.'),
    SessionTags: required(shape.tags, 'The session tags that the login brings.'),
    SourceIdentity: optional(REPORTED, 'The source identity that the login brings.'),
  },
  { documentation: 'The login at an identity provider.' },
);

/** The output of a tested role login. */
export const ROLE_LOGIN_OUTPUT = {
  Accepted: required(boolean('RoleLoginAccepted'), 'Whether the call would be allowed.'),
  Checks: required(CHECKS, 'The checks of the token or assertion, in order.'),
  Identity: optional(IDENTITY, 'Who it is of. Absent if it could not be read.'),
  Decisions: required(
    list('TestedDecisionList', DECISION),
    'What the trust policy says, for each action that the call needs.',
  ),
  KeysOfCall: required(
    list('RoleLoginKeyList', REPORTED),
    'Condition keys of the trust policy that only the call decides, such as `aws:SourceIp`. The result is without them.',
  ),
};
