import { ARN, type ConditionKey, NUMERIC, STRING } from './condition-key.ts';

const NO_SERVICE = 'the service that would set it is not here';

/** Keys that AWS services set on the role sessions they run under. */
export const CROSS_SERVICE_KEYS = [
  { name: 'ec2:RoleDelivery', ...NUMERIC, origin: 'none', presence: NO_SERVICE },
  { name: 'ec2:SourceInstanceArn', ...ARN, origin: 'none', presence: NO_SERVICE },
  { name: 'glue:RoleAssumedBy', ...STRING, origin: 'none', presence: NO_SERVICE },
  { name: 'glue:CredentialIssuingService', ...STRING, origin: 'none', presence: NO_SERVICE },
  { name: 'codebuild:BuildArn', ...ARN, origin: 'none', presence: NO_SERVICE },
  { name: 'codebuild:ProjectArn', ...ARN, origin: 'none', presence: NO_SERVICE },
  { name: 'lambda:SourceFunctionArn', ...ARN, origin: 'none', presence: NO_SERVICE },
  { name: 'ssm:SourceInstanceArn', ...ARN, origin: 'none', presence: NO_SERVICE },
  { name: 'identitystore:UserId', ...STRING, origin: 'none', presence: NO_SERVICE },
] as const satisfies readonly ConditionKey[];
