import { shape } from '../shapes/shape.ts';

const { boolean, enumeration, list, optional, required, structure, text } = shape;

/** The texts of reports: names of policies, keys and values. */
const REPORTED = text('ReportedText');
export const REPORTED_TEXTS = list('ReportedTextList', REPORTED);

export const MISMATCH = structure(
  'TestedMismatch',
  {
    Part: required(
      enumeration('StatementPart', ['ACTION', 'RESOURCE', 'PRINCIPAL', 'CONDITION']),
      'The part of the statement.',
    ),
    Operator: optional(REPORTED, 'The operator of a condition.'),
    Key: optional(REPORTED, 'The key of a condition.'),
    Wanted: optional(
      REPORTED_TEXTS,
      'What the statement wants. Absent for policies other than trust policies: `iam:SimulatePrincipalPolicy` does not show them either.',
    ),
    Actual: required(REPORTED_TEXTS, 'What the request has. Empty if it has nothing.'),
  },
  { documentation: 'A part of a statement that does not match.' },
);
export const MISMATCHES = list('TestedMismatchList', MISMATCH);

const CAUSE = structure(
  'TestedDenialCause',
  {
    Layer: required(
      enumeration('TestedLayer', ['TRUST', 'IDENTITY', 'BOUNDARY', 'SESSION', 'RESOURCE', 'SCP', 'RCP']),
      'The kind of policy: the trust policy of the role, the policies of the user and its groups, the permissions boundary.',
    ),
    Kind: required(
      enumeration('TestedDenialKind', ['EXPLICIT_DENY', 'NO_ALLOW', 'MISSING_POLICY', 'UNREADABLE_POLICY']),
      'A statement denies; or none allows; or the policy of the boundary is gone; or a policy cannot be parsed.',
    ),
    Policy: optional(REPORTED, 'The policy; if none allows, the one that comes closest.'),
    Statement: optional(REPORTED, 'Its statement: the Sid, or `#` and the position, counted from 0.'),
    Mismatches: required(MISMATCHES, 'The parts of this statement that do not match.'),
  },
  { documentation: 'One reason why a role cannot be assumed. All of them have to be removed.' },
);

export const OUTLOOK = structure(
  'RoleOutlook',
  {
    Arn: required(REPORTED, 'The ARN of the role.'),
    Assumable: required(
      boolean('IsAssumable'),
      'Whether `AssumeRole` would be allowed in this login, with its session tags. Access keys of the user have no session tags.',
    ),
    DeniedAction: optional(
      REPORTED,
      'The action that is denied: `sts:AssumeRole`, or `sts:TagSession`, which a login with session tags needs as well. Absent if the role is assumable.',
    ),
    Causes: required(list('TestedDenialCauseList', CAUSE), 'Why not. Empty if it is assumable.'),
    KeysOfCall: required(
      REPORTED_TEXTS,
      'Condition keys that the policies asked for and that only the call decides, such as `aws:SourceIp`, `sts:ExternalId` or `aws:MultiFactorAuthPresent`. The result is without them.',
    ),
  },
  { documentation: 'Whether a person could assume a role.' },
);
