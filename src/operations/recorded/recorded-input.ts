/**
 * The input members whose values are audited, at any depth: names, ARNs, documents and settings. Members not listed
 * here are audited as `[redacted]`, so a new member stays out of the audit until it is added deliberately.
 */
const RECORDED_MEMBERS: ReadonlySet<string> = new Set([
  'AccessKeyId',
  'AccountAlias',
  'ActionNames',
  'AllowUsersToChangePassword',
  'Arn',
  'arn',
  'AssertionEncryptionMode',
  'AssignmentStatus',
  'AssumeRolePolicyDocument',
  'AttachmentName',
  'AttachmentType',
  'Audience',
  'AWSServiceName',
  'CallerArn',
  'CertificateId',
  'ClientID',
  'ClientIDList',
  'ConfigName',
  'ContextEntries',
  'ContextKeyName',
  'ContextKeyType',
  'ContextKeyValues',
  'CredentialAgeDays',
  'CustomSuffix',
  'DelegationPermissionCheck',
  'DelegationRequestId',
  'DeletionTaskId',
  'Description',
  'DurationSeconds',
  'Encoding',
  'EntityArn',
  'EntityPath',
  'ExternalId',
  'Filter',
  'GlobalEndpointTokenVersion',
  'Granularity',
  'GroupName',
  'HardExpiry',
  'InlinePolicyIdentifier',
  'InstanceProfileName',
  'JobId',
  'Key',
  'LDAPConfigName',
  'Locale',
  'Marker',
  'MaxItems',
  'MaxPasswordAge',
  'MaxSessionDuration',
  'MinimumPasswordLength',
  'MinimumSessionTokenSize',
  'Name',
  'NewGroupName',
  'NewPath',
  'NewServerCertificateName',
  'NewUserName',
  'NotificationChannel',
  'OnlyAttached',
  'OnlySendByOwner',
  'OpenIDConnectProviderArn',
  'OrderedOrganizationPolicyInputList',
  'OrganizationsPolicyId',
  'OwnerAccountId',
  'OwnerId',
  'Parameters',
  'PasswordResetRequired',
  'PasswordReusePrevention',
  'Path',
  'PathPrefix',
  'Permissions',
  'PermissionsBoundary',
  'PermissionsBoundaryPolicyInputList',
  'Policy',
  'PolicyArn',
  'PolicyArns',
  'PolicyDocument',
  'PolicyExclusionList',
  'PolicyInputList',
  'PolicyName',
  'PolicySourceArn',
  'PolicyTemplateArn',
  'PolicyType',
  'PolicyUsageFilter',
  'PrincipalArn',
  'Properties',
  'ProviderArn',
  'ProviderId',
  'RemovePrivateKey',
  'RequestorWorkflowId',
  'RequireLowercaseCharacters',
  'RequireNumbers',
  'RequireSymbols',
  'RequireUppercaseCharacters',
  'ResourceArns',
  'ResourceHandlingOption',
  'ResourceOwner',
  'ResourcePolicy',
  'RoleArn',
  'RoleName',
  'RoleSessionName',
  'SAMLProviderArn',
  'Scope',
  'SerialNumber',
  'ServerCertificateName',
  'ServiceControlPolicyInputList',
  'ServiceName',
  'ServiceNamespace',
  'ServiceNamespaces',
  'ServiceSpecificCredentialId',
  'SessionDuration',
  'SetAsDefault',
  'SigningAlgorithm',
  'SortKey',
  'SourceIdentity',
  'SSHPublicKeyId',
  'Status',
  'TagKeys',
  'Tags',
  'TargetPrincipal',
  'TaskPolicyArn',
  'TemplateArn',
  'TemplateMinorVersion',
  'ThumbprintList',
  'TokenRevokeType',
  'TransitiveTagKeys',
  'Url',
  'UserName',
  'Value',
  'Values',
  'VersionId',
  'VirtualMFADeviceName',
]);

/** Longer strings (policy documents) are truncated, with their length added. */
const TEXT_LIMIT = 2048;
const LIST_LIMIT = 100;

/**
 * The audited form of an input: only the values of listed members, with long strings truncated.
 * @param audited The members of an operation that lists its own.
 */
export function recordedInput(
  input: object,
  audited: ReadonlySet<string> = RECORDED_MEMBERS,
): Readonly<Record<string, unknown>> {
  const recorded: Record<string, unknown> = {};
  for (const [member, value] of Object.entries(input)) {
    if (value === undefined) continue;
    recorded[member] = audited.has(member) ? recordedValue(value, audited) : '[redacted]';
  }
  return recorded;
}

function recordedValue(value: unknown, audited: ReadonlySet<string>): unknown {
  if (typeof value === 'string') {
    return value.length > TEXT_LIMIT ? `${value.slice(0, TEXT_LIMIT)}… (${value.length} characters)` : value;
  }
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return `(${value.length} bytes)`;
  if (Array.isArray(value)) return value.slice(0, LIST_LIMIT).map((item) => recordedValue(item, audited));
  return typeof value === 'object' && value !== null ? recordedInput(value, audited) : value;
}
