import { errorTable } from '../../kernel/service-error.ts';
import { POLICY_ERRORS } from '../../policy/validate/policy-errors.ts';

/** The error codes of IAM. They stand here, because the rules of this layer throw most of them. */
export const IAM_ERRORS = errorTable({
  ...POLICY_ERRORS,
  NoSuchEntity: { status: 404, recorded: true },
  EntityAlreadyExists: { status: 409, recorded: true },
  EntityTemporarilyUnmodifiable: { status: 409, recorded: true },
  DeleteConflict: { status: 409, recorded: true },
  ConcurrentModification: { status: 409, recorded: true },
  UnmodifiableEntity: { status: 400, recorded: true },
  NameConflict: { status: 409, recorded: true },
  RoleModified: { status: 409, recorded: true },
  RoleTemplateDisabled: { status: 400, recorded: true },
  FeatureEnabled: { status: 409, recorded: true },
  FeatureDisabled: { status: 404, recorded: true },
  InvalidInput: { status: 400, recorded: true },
  InvalidUserType: { status: 400, recorded: true },
  InvalidAuthenticationCode: { status: 403, recorded: true },
  PasswordPolicyViolation: { status: 400, recorded: true },
  DuplicateSSHPublicKey: { status: 400, recorded: true },
  InvalidPublicKey: { status: 400, recorded: true },
  UnrecognizedPublicKeyEncoding: { status: 400, recorded: true },
  DuplicateCertificate: { status: 409, recorded: true },
  InvalidCertificate: { status: 400, recorded: true },
  MalformedCertificate: { status: 400 },
  KeyPairMismatch: { status: 400, recorded: true },
  ReportExpired: { status: 410, recorded: true },
  ReportInProgress: { status: 404, recorded: true },
  ReportNotPresent: { status: 410, recorded: true },
  PolicyNotAttachable: { status: 400, recorded: true },
  PolicyEvaluation: { status: 500, recorded: true },
});
