import { ServiceError } from '../../kernel/service-error.ts';
import type { Role } from '../documents/role.ts';
import { IAM_ERRORS } from '../rules/iam-errors.ts';

type Protected = Pick<Role, 'roleName' | 'linkedService'>;

/**
 * A service-linked role belongs to its service: nobody changes its trust, its policies or its boundary, not even the root user.
 * @throws {ServiceError} UnmodifiableEntity
 */
export function requireModifiable({ roleName, linkedService }: Protected): void {
  if (linkedService === undefined) return;
  throw new ServiceError(
    IAM_ERRORS.UnmodifiableEntity,
    `Cannot perform the operation on the protected role '${roleName}' - this role is only modifiable by AWS`,
  );
}
