import type { Target } from '../../authorize/target.ts';
import type { StoredCredentialPolicy } from '../../identity/documents/account.ts';
import { errorTable } from '../../kernel/service-error.ts';
import { actionOf } from '../../operations/action-of.ts';
import { rolecallArn } from '../rolecall-service.ts';
import type { Declared, DeclaredError } from '../shapes/declare-operation.ts';
import { type StructureOf, shape } from '../shapes/shape.ts';

const ROWS = errorTable({ NoSuchCredentialPolicyException: { status: 404, recorded: true } });
const { boolean, enumeration, integer, optional, required, structure, text } = shape;

export const CREDENTIAL_POLICY_ERRORS = {
  NoSuchCredentialPolicy: {
    ...ROWS.NoSuchCredentialPolicyException,
    documentation: 'The account has no credential policy.',
  },
} as const satisfies Record<string, DeclaredError>;

const DAYS = integer('CredentialDays', { range: [1, 1095] });

const EXEMPT_TAG = structure('ExemptTag', {
  Key: required(text('ExemptTagKey', { length: [1, 128], audited: true }), 'The key of the tag.'),
  Value: optional(
    text('ExemptTagValue', { length: [0, 256], audited: true }),
    'The value of the tag. Absent: any value.',
  ),
});

/** The rules, as they are set and shown. */
export const CREDENTIAL_POLICY = {
  AccessKeyMaxAgeDays: optional(DAYS, 'The greatest age of an access key, in days since its creation.'),
  AccessKeyUnusedDays: optional(DAYS, 'How many days an access key may go unused.'),
  PasswordUnusedDays: optional(DAYS, 'How many days a password may go unused.'),
  TemporaryCredentialsOnly: optional(
    boolean('TemporaryCredentialsOnly'),
    'Whether users may have no access keys at all: they use the temporary credentials of roles.',
  ),
  ExemptTag: optional(
    EXEMPT_TAG,
    'Users with this tag are exempt. Who may tag users may exempt them, so restrict `iam:TagUser` for this key.',
  ),
  Mode: optional(
    enumeration('CredentialPolicyMode', ['REPORT', 'ENFORCE']),
    'Whether credentials that break a rule are only listed (`REPORT`, the default) or made inactive (`ENFORCE`).',
  ),
  WarningDays: optional(
    integer('WarningDays', { range: [0, 90] }),
    'How many days before a credential is made inactive its user is told by mail. Default: 14.',
  ),
};

export const CREDENTIAL_POLICY_OUTPUT = {
  ...CREDENTIAL_POLICY,
  UpdatedAt: required(shape.timestamp('CredentialPolicyUpdatedAt'), 'When it was set.'),
};

export function shownCredentialPolicy(policy: StoredCredentialPolicy): StructureOf<typeof CREDENTIAL_POLICY_OUTPUT> {
  const { accessKeyMaxAge, accessKeyUnused, passwordUnused, temporaryOnly, exempt, isEnforced } = policy;
  return {
    ...(accessKeyMaxAge !== undefined && { AccessKeyMaxAgeDays: accessKeyMaxAge }),
    ...(accessKeyUnused !== undefined && { AccessKeyUnusedDays: accessKeyUnused }),
    ...(passwordUnused !== undefined && { PasswordUnusedDays: passwordUnused }),
    TemporaryCredentialsOnly: temporaryOnly ?? false,
    ...(exempt !== undefined && {
      ExemptTag: { Key: exempt.key, ...(exempt.value !== undefined && { Value: exempt.value }) },
    }),
    Mode: isEnforced ? 'ENFORCE' : 'REPORT',
    WarningDays: policy.warnDays,
    UpdatedAt: new Date(policy.updatedAt),
  };
}

/** The credential policy of an account, as what permissions are checked on. */
export function credentialPolicyTarget({ schema }: Pick<Declared, 'schema'>, accountId: string): Target {
  return {
    action: actionOf(schema),
    resource: rolecallArn(accountId, 'credential-policy'),
    resourceAccountId: accountId,
  };
}
