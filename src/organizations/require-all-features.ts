import type { Organization } from '../identity/documents/organizations/organization.ts';
import { constraintViolation } from '../identity/organizations/organization-errors.ts';

/** @throws {ServiceError} ConstraintViolationException if the organization was created for consolidated billing alone. */
export function requireAllFeatures({ featureSet }: Organization): void {
  if (featureSet !== 'ALL') throw constraintViolation('ORGANIZATION_NOT_IN_ALL_FEATURES_MODE');
}
