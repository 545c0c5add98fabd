import { LONGEST_SIGN_IN_POLICY } from '../../identity/sign-in-policy/require-valid-sign-in-policy.ts';
import { errorTable } from '../../kernel/service-error.ts';
import type { DeclaredError } from '../shapes/declare-operation.ts';
import { shape } from '../shapes/shape.ts';

const { enumeration, list, optional, required, structure, text, timestamp } = shape;

const ROWS = errorTable({ NoSuchSignInPolicyException: { status: 404, recorded: true } });

/** The errors of the operations on sign-in policies. */
export const SIGN_IN_POLICY_ERRORS = {
  NoSuchSignInPolicy: { ...ROWS.NoSuchSignInPolicyException, documentation: 'The account has no sign-in policy.' },
} as const satisfies Record<string, DeclaredError>;

export const POLICY_DOCUMENT = text('SignInPolicyDocument', {
  length: [1, LONGEST_SIGN_IN_POLICY],
  audited: true,
  documentation: 'A sign-in policy (docs/sign-in-policy.md), as JSON.',
});
export const TIME_ZONE = text('TimeZone', { length: [1, 64], pattern: '[A-Za-z0-9_+/-]+', audited: true });
export const TIME_ZONE_MEMBER = optional(
  TIME_ZONE,
  'The time zone of `signin:Hour` and `signin:Weekday`, such as `Europe/Berlin`. Default: `UTC`.',
);

export const STORED_POLICY = {
  PolicyDocument: required(POLICY_DOCUMENT, 'The policy.'),
  TimeZone: required(TIME_ZONE, 'The time zone of `signin:Hour` and `signin:Weekday`.'),
  UpdatedAt: required(timestamp('PolicyUpdatedAt'), 'When it was set.'),
};

const REPORTED = text('ReportedSignInText');
export const REPORTED_TEXT = REPORTED;
export const REPORTED_TEXTS = list('ReportedSignInTextList', REPORTED);

const WARNING = structure(
  'SignInPolicyWarning',
  {
    Code: required(
      enumeration('SignInPolicyWarningCode', [
        'REFUSES_EVERYONE',
        'REFUSES_CALLER',
        'CALLER_MUST_ENROL',
        'PASSKEYS_UNAVAILABLE',
        'KEY_WITHOUT_VALUE',
      ]),
      'What may be wrong.',
    ),
    Message: required(REPORTED, 'The same in words.'),
  },
  { documentation: 'What a policy may do that was not meant.' },
);
export const WARNINGS = list('SignInPolicyWarningList', WARNING);

export const OUTCOME = enumeration('SignInOutcome', [
  'ALLOW',
  'REQUIRE_FACTOR',
  'REQUIRE_PHISHING_RESISTANT_FACTOR',
  'REFUSE',
]);
