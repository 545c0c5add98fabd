import { errorTable, ServiceError } from '../../kernel/service-error.ts';

const declared = { status: 400, recorded: true };

/** The error codes of Organizations that are used here. */
export const ORGANIZATION_ERRORS = errorTable({
  AWSOrganizationsNotInUseException: declared,
  AccessDeniedException: declared,
  AccountAlreadyClosedException: declared,
  AccountAlreadyRegisteredException: declared,
  AccountNotFoundException: declared,
  AccountNotRegisteredException: declared,
  AlreadyInOrganizationException: declared,
  ChildNotFoundException: declared,
  ConstraintViolationException: declared,
  CreateAccountStatusNotFoundException: declared,
  DestinationParentNotFoundException: declared,
  DuplicateAccountException: declared,
  DuplicateHandshakeException: declared,
  DuplicateOrganizationalUnitException: declared,
  DuplicatePolicyAttachmentException: declared,
  DuplicatePolicyException: declared,
  EffectivePolicyNotFoundException: declared,
  HandshakeAlreadyInStateException: declared,
  HandshakeConstraintViolationException: declared,
  HandshakeNotFoundException: declared,
  InvalidHandshakeTransitionException: declared,
  InvalidInputException: declared,
  MalformedPolicyDocumentException: { status: 400 },
  MasterCannotLeaveOrganizationException: declared,
  OrganizationNotEmptyException: declared,
  OrganizationalUnitNotEmptyException: declared,
  OrganizationalUnitNotFoundException: declared,
  ParentNotFoundException: declared,
  PolicyInUseException: declared,
  PolicyNotAttachedException: declared,
  PolicyNotFoundException: declared,
  PolicyTypeAlreadyEnabledException: declared,
  PolicyTypeNotAvailableForOrganizationException: declared,
  PolicyTypeNotEnabledException: declared,
  RootNotFoundException: declared,
  SourceParentNotFoundException: declared,
  TargetNotFoundException: declared,
});

type Code = keyof typeof ORGANIZATION_ERRORS;

/** AWS's sentences for errors that have one only. */
const MESSAGES = {
  AWSOrganizationsNotInUseException: 'Your account is not a member of an organization.',
  AccessDeniedException: "You don't have permissions to access this resource.",
  AccountAlreadyClosedException: 'The account is already closed.',
  AccountAlreadyRegisteredException: 'The provided account is already a delegated administrator for your organization.',
  AccountNotFoundException: "You specified an account that doesn't exist.",
  AccountNotRegisteredException:
    'The provided account is not a registered delegated administrator for your organization.',
  AlreadyInOrganizationException: 'The AWS account is already a member of an organization.',
  ChildNotFoundException: "You specified a child that doesn't exist.",
  CreateAccountStatusNotFoundException: "You specified a create account request that doesn't exist.",
  DestinationParentNotFoundException: "You specified a destination parent that doesn't exist.",
  DuplicateAccountException: 'The account is already in the specified destination.',
  DuplicateHandshakeException: 'An open handshake with the same action and party already exists.',
  DuplicateOrganizationalUnitException: 'An OU with the same name already exists.',
  DuplicatePolicyAttachmentException: 'A policy with the specified ID is already attached to the specified target.',
  DuplicatePolicyException: 'A policy with the specified name and type already exists.',
  EffectivePolicyNotFoundException: 'There is no effective policy of this type for the specified target.',
  HandshakeAlreadyInStateException: 'The handshake is already in the requested state.',
  HandshakeNotFoundException: "You specified a handshake that doesn't exist.",
  InvalidHandshakeTransitionException: "You can't perform the operation on the handshake in its current state.",
  MalformedPolicyDocumentException:
    'The provided policy document does not meet the requirements of the specified policy type.',
  MasterCannotLeaveOrganizationException: 'You cannot remove the management account from an organization.',
  OrganizationNotEmptyException: 'Your organization still contains member accounts.',
  OrganizationalUnitNotEmptyException: 'The organizational unit still contains accounts or other organizational units.',
  OrganizationalUnitNotFoundException: "You specified an organizational unit that doesn't exist.",
  ParentNotFoundException: "You specified parent that doesn't exist.",
  PolicyInUseException: 'The policy is attached to one or more entities. Detach it before you delete it.',
  PolicyNotAttachedException: 'The specified policy is not attached to the specified target.',
  PolicyNotFoundException: "You specified a policy that doesn't exist.",
  PolicyTypeAlreadyEnabledException: 'The specified policy type is already enabled.',
  PolicyTypeNotAvailableForOrganizationException: 'The policy type is not available for your organization.',
  PolicyTypeNotEnabledException: 'This operation can be performed only for enabled policy types.',
  RootNotFoundException: "You specified a root that doesn't exist.",
  SourceParentNotFoundException: "You specified a source parent that doesn't exist.",
  TargetNotFoundException: "You specified a target that doesn't exist.",
} as const satisfies Partial<Record<Code, string>>;

/** One of the errors that have a sentence of their own. */
export function organizationError(code: keyof typeof MESSAGES, cause?: unknown): ServiceError {
  return new ServiceError(ORGANIZATION_ERRORS[code], MESSAGES[code], cause === undefined ? {} : { cause });
}

/** AWS's sentences for the reasons of three errors that have many. */
const REASONS = {
  ConstraintViolationException: {
    ACCOUNT_NUMBER_LIMIT_EXCEEDED: 'You have exceeded the allowed number of AWS accounts.',
    ACCOUNT_CREATION_RATE_LIMIT_EXCEEDED:
      'You have exceeded the number of accounts that you can create in one day. Try again later.',
    OU_DEPTH_LIMIT_EXCEEDED: 'You have exceeded the allowed depth of nested OUs.',
    OU_NUMBER_LIMIT_EXCEEDED: 'You have exceeded the allowed number of OUs.',
    POLICY_NUMBER_LIMIT_EXCEEDED: 'You have exceeded the allowed number of policies.',
    POLICY_CONTENT_LIMIT_EXCEEDED: 'You have exceeded the maximum policy size.',
    MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED:
      'You have attached the maximum number of policies to the specified target.',
    MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED:
      'You cannot remove the last policy attached to the specified target. You must have at least one attached at all times.',
    MAX_TAG_LIMIT_EXCEEDED: 'You have exceeded the allowed number of tags for this resource.',
    CANNOT_REGISTER_MASTER_AS_DELEGATED_ADMINISTRATOR:
      'You cannot register master account/yourself as delegated administrator for your organization.',
    CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG:
      'You cannot remove a delegated administrator from the organization. Deregister it first.',
    CANNOT_REGISTER_SUSPENDED_ACCOUNT_AS_DELEGATED_ADMINISTRATOR:
      'You cannot register a suspended account as delegated administrator for your organization.',
    MAX_DELEGATED_ADMINISTRATORS_FOR_SERVICE_LIMIT_EXCEEDED:
      'You have exceeded the allowed number of delegated administrators for the service.',
    DELEGATED_ADMINISTRATOR_EXISTS_FOR_THIS_SERVICE:
      'The service still has delegated administrators. Deregister them first.',
    CANNOT_CLOSE_MANAGEMENT_ACCOUNT: 'You cannot close the management account of an organization.',
    CLOSE_ACCOUNT_QUOTA_EXCEEDED:
      'You have exceeded the number of member accounts that you can close in 30 days. Try again later.',
    ORGANIZATION_NOT_IN_ALL_FEATURES_MODE: 'The organization must have all features enabled.',
    HANDSHAKE_RATE_LIMIT_EXCEEDED: 'You have exceeded the allowed number of handshakes. Try again later.',
  },
  HandshakeConstraintViolationException: {
    ACCOUNT_NUMBER_LIMIT_EXCEEDED: 'You have exceeded the allowed number of AWS accounts.',
    HANDSHAKE_RATE_LIMIT_EXCEEDED: 'You have exceeded the allowed number of open handshakes. Try again later.',
    ALREADY_IN_AN_ORGANIZATION: 'The account is already a member of an organization.',
    ORGANIZATION_ALREADY_HAS_ALL_FEATURES: 'The organization has already enabled all features.',
  },
  InvalidInputException: {
    INPUT_REQUIRED: 'You must include a value for all required parameters.',
    INVALID_ENUM: 'You specified an invalid value.',
    INVALID_ENUM_POLICY_TYPE: 'You specified an invalid policy type string.',
    INVALID_NEXT_TOKEN: 'The NextToken parameter is not valid. Use the value that the previous call returned.',
    INVALID_PATTERN: 'You provided a value that does not match the required pattern.',
    INVALID_PATTERN_TARGET_ID: 'You provided a value that does not match the required pattern.',
    MAX_LENGTH_EXCEEDED: 'You provided a string parameter that is longer than allowed.',
    MAX_VALUE_EXCEEDED: 'You provided a numeric parameter that has a larger value than allowed.',
    MIN_LENGTH_EXCEEDED: 'You provided a string parameter that is shorter than allowed.',
    MIN_VALUE_EXCEEDED: 'You provided a numeric parameter that has a smaller value than allowed.',
    IMMUTABLE_POLICY: 'You specified a policy that is managed by AWS and cannot be modified.',
    NON_DETACHABLE_POLICY: 'You cannot detach this policy.',
    INVALID_SYSTEM_TAGS_PARAMETER: 'You specified a tag key that is a system tag. Keys cannot begin with aws:.',
    DUPLICATE_TAG_KEY: 'Tag keys must be unique among the tags attached to the same entity.',
    TARGET_NOT_SUPPORTED: 'You cannot perform the operation on the specified target.',
    INVALID_PARTY_TYPE_TARGET: 'You specified the wrong type of entity as a party.',
    UNRECOGNIZED_SERVICE_PRINCIPAL: 'You specified an unrecognized service principal.',
  },
} as const;

type Reasoned = keyof typeof REASONS;

/** One of the errors that say their `Reason`. */
export function reasonedError<Of extends Reasoned>(
  code: Of,
  reason: keyof (typeof REASONS)[Of] & string,
): ServiceError {
  return new ServiceError(ORGANIZATION_ERRORS[code], String(REASONS[code][reason]), { reason });
}

export const constraintViolation = (reason: keyof (typeof REASONS)['ConstraintViolationException']): ServiceError =>
  reasonedError('ConstraintViolationException', reason);

export const invalidInput = (reason: keyof (typeof REASONS)['InvalidInputException']): ServiceError =>
  reasonedError('InvalidInputException', reason);
