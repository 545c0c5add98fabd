import { ServiceError } from '../../kernel/service-error.ts';
import { IAM_ERRORS } from '../rules/iam-errors.ts';

/** A service that AWS has service-specific credentials for. */
export interface CredentialService {
  readonly name: string;
  /** How the service's API keys begin. Absent: it has names and passwords. */
  readonly keyPrefix?: string;
}

const SERVICES: readonly CredentialService[] = [
  { name: 'cassandra.amazonaws.com' },
  { name: 'codecommit.amazonaws.com' },
  { name: 'bedrock.amazonaws.com', keyPrefix: 'ABSK' },
  { name: 'cloudwatch.amazonaws.com', keyPrefix: 'APIAACWM' },
  { name: 'logs.amazonaws.com', keyPrefix: 'ACWL' },
];

/** The names of all services that have such credentials. */
export const CREDENTIAL_SERVICES: readonly string[] = SERVICES.map(({ name }) => name);

/** @throws {ServiceError} NoSuchEntity, in AWS's words. (Its model has `NotSupportedService`, which AWS does not return.) */
export function requireCredentialService(name: string): CredentialService {
  const service = SERVICES.find((each) => each.name === name);
  if (service !== undefined) return service;
  const message = `No such service ${name} is supported for Service Specific Credentials`;
  throw new ServiceError(IAM_ERRORS.NoSuchEntity, message);
}
