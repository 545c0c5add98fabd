/** The output members whose values are audited, at any depth: names, ids, ARNs and dates of what was made. All others are left out. */
const RECORDED_OUTPUT: ReadonlySet<string> = new Set([
  'AccessKey',
  'AccessKeyId',
  'Arn',
  'AssumedPrincipal',
  'AssumedRoleId',
  'AssumedRoleUser',
  'Certificate',
  'CertificateId',
  'CreateDate',
  'Credentials',
  'DefaultVersionId',
  'DelegationRequestId',
  'DeletionTaskId',
  'EnableDate',
  'Expiration',
  'ExpirationDate',
  'FederatedUser',
  'FederatedUserId',
  'Fingerprint',
  'Group',
  'GroupId',
  'GroupName',
  'InstanceProfile',
  'InstanceProfileId',
  'InstanceProfileName',
  'IsDefaultVersion',
  'IssuerIdentifier',
  'JobId',
  'LoginProfile',
  'OpenIDConnectProviderArn',
  'PasswordResetRequired',
  'Path',
  'Policy',
  'PolicyId',
  'PolicyName',
  'PolicyVersion',
  'Provider',
  'Role',
  'RoleId',
  'RoleName',
  'SAMLProviderArn',
  'SerialNumber',
  'ServerCertificateId',
  'ServerCertificateMetadata',
  'ServerCertificateName',
  'ServiceName',
  'ServiceSpecificCredential',
  'ServiceSpecificCredentialId',
  'ServiceUserName',
  'SourceIdentity',
  'SSHPublicKey',
  'SSHPublicKeyId',
  'Status',
  'Subject',
  'SubjectFromWebIdentityToken',
  'UploadDate',
  'User',
  'UserId',
  'UserName',
  'VersionId',
  'VirtualMFADevice',
]);

interface Answered {
  readonly service: string;
  readonly readOnly: boolean;
  readonly output: object | undefined;
  readonly error: object | undefined;
}

type Recorded = Readonly<Record<string, unknown>>;

/** What a change in IAM made, or the access key that STS issued. What else was answered can be looked up again. */
export function recordedResponse({ service, readOnly, output, error }: Answered): Recorded | undefined {
  if (error !== undefined || output === undefined) return undefined;
  const isMade = service === 'sts' ? 'Credentials' in output : service === 'iam' && !readOnly;
  return isMade ? recordedOutput(output) : undefined;
}

/** The audited form of an output: only the values of listed members; `undefined` if there are none. */
function recordedOutput(output: object): Recorded | undefined {
  let recorded: Record<string, unknown> | undefined;
  for (const [member, value] of Object.entries(output)) {
    const shown = value !== undefined && RECORDED_OUTPUT.has(member) ? outputValue(member, value) : undefined;
    if (shown === undefined) continue;
    recorded ??= {};
    recorded[member] = shown;
  }
  return recorded;
}

/** Structures are called as the documents in them: a text in their place is a document. */
const STRUCTURES: ReadonlySet<string> = new Set(['Certificate', 'Policy', 'PolicyVersion', 'SSHPublicKey']);

function outputValue(member: string, value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'object') return value === null || Array.isArray(value) ? undefined : recordedOutput(value);
  return STRUCTURES.has(member) ? undefined : value;
}
