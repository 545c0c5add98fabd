import { shape } from '../shapes/shape.ts';

const { boolean, enumeration, list, optional, required, structure, text } = shape;

const SHOWN = text('AssumableRoleText');

const GRANT = structure(
  'RoleGrant',
  {
    Policy: required(SHOWN, 'The ARN of a managed policy, or the name of an inline one.'),
    Statement: required(SHOWN, 'Its statement: the Sid, or `#` and the position, counted from 0.'),
  },
  { documentation: "A statement of the caller's own policies that allows a role to be assumed." },
);

export const ASSUMABLE_ROLE = structure(
  'AssumableRole',
  {
    Arn: required(SHOWN, 'The ARN of the role.'),
    RoleName: required(SHOWN, 'Its name.'),
    AccountId: required(SHOWN, 'Its account.'),
    AccountAlias: optional(SHOWN, 'The alias of that account.'),
    Description: optional(SHOWN, 'What the role is for.'),
    TrustedAs: required(
      enumeration('TrustedAs', ['CALLER', 'ACCOUNT', 'ANYONE']),
      'What the trust policy names: the caller itself, its account, or everyone.',
    ),
    GrantedBy: required(
      list('RoleGrantList', GRANT),
      'The statements of the caller’s policies that allow it. Empty if the trust policy alone does.',
    ),
    NeedsSecondFactor: required(
      boolean('NeedsSecondFactor'),
      'Whether the role can only be assumed with a second factor that the caller’s session lacks, or showed too long ago. `AssumeRole` takes one by `SerialNumber` and `TokenCode`.',
    ),
  },
  { documentation: 'A role that the caller may assume.' },
);
