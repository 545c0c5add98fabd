import { invalidInput } from '../identity/organizations/organization-errors.ts';
import type { ServiceError } from '../kernel/service-error.ts';
import { constraintsOfService, type JsonService } from '../operations/choose-protocol.ts';

/** AWS Organizations (API version 2016-11-28) as the wire sees it: AWS JSON 1.1. Bad input has an error of its own, with a reason. */
export const ORGANIZATIONS_SERVICE: JsonService = {
  name: 'organizations',
  namespace: 'com.amazonaws.organizations',
  version: '2016-11-28',
  targetPrefix: 'AWSOrganizationsV20161128',
  constraints: constraintsOfService('organizations'),
  refuseInput: ({ path, constraint }) => refuse(path, constraint),
};

/** The reasons, by what a violated constraint says. */
const REASONS = [
  ['length greater', 'MIN_LENGTH_EXCEEDED'],
  ['length less', 'MAX_LENGTH_EXCEEDED'],
  ['value greater', 'MIN_VALUE_EXCEEDED'],
  ['value less', 'MAX_VALUE_EXCEEDED'],
  ['enum value set', 'INVALID_ENUM'],
] as const;

function refuse(path: string, constraint: string | undefined): ServiceError {
  if (constraint === undefined) return invalidInput('INPUT_REQUIRED');
  const [, reason = 'INVALID_PATTERN'] = REASONS.find(([words]) => constraint.includes(words)) ?? [];
  if (reason === 'INVALID_PATTERN' && path === 'targetId') return invalidInput('INVALID_PATTERN_TARGET_ID');
  return invalidInput(reason);
}
