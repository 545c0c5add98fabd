import { parseArn } from '../../kernel/arn.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import { IAM_ERRORS } from '../rules/iam-errors.ts';

/** @throws {ServiceError} ValidationError, InvalidInput. */
export function requirePolicyArn(policyArn: string): void {
  const arn = parseArn(policyArn);
  // [aws-behaviour 4] two spaces, as at AWS
  if (!arn) throw new ServiceError('ValidationError', 'Invalid ARN:  Could not be parsed!');
  if (arn.service !== 'iam' || !arn.resource.startsWith('policy/')) {
    throw new ServiceError(IAM_ERRORS.InvalidInput, `ARN ${policyArn} is not valid.`);
  }
}
