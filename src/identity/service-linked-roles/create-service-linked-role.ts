import { iamArn } from '../../kernel/arn.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import type { PolicyReference } from '../documents/entity.ts';
import type { Role } from '../documents/role.ts';
import { findManagedPolicy } from '../policies/find-managed-policy.ts';
import { findHolder } from '../policy-holder/find-holder.ts';
import { storeRole } from '../roles/create-role.ts';
import { roleKind } from '../roles/role-kind.ts';
import { IAM_ERRORS } from '../rules/iam-errors.ts';
import type { IdentityDependencies } from '../store/identity-dependencies.ts';
import type { LinkedService, LinkedServices } from './linked-service.ts';

const LONGEST_NAME = 64;

export interface WantedLinkedRole {
  readonly accountId: string;
  /** The principal of the service. */
  readonly service: string;
  readonly customSuffix?: string | undefined;
}

/** The role that a request names, whether or not its service is known. */
export interface NamedLinkedRole {
  readonly path: string;
  readonly roleName: string;
  readonly arn: string;
}

/** Path, name and ARN of the role that a request is about. A service that is not known would have a role without a name of its own. */
export function namedLinkedRole(services: LinkedServices, wanted: WantedLinkedRole): NamedLinkedRole {
  const { accountId, service, customSuffix } = wanted;
  const path = `/aws-service-role/${service}/`;
  const name = services.get(service)?.roleName ?? 'AWSServiceRoleFor';
  const roleName = customSuffix === undefined ? name : `${name}_${customSuffix}`;
  return { path, roleName, arn: iamArn(accountId, 'role', path, roleName) };
}

/**
 * Creates the role of a service, with the policies that the service gives it.
 * @throws {ServiceError} AccessDenied if the service has no such roles, as AWS; InvalidInput, LimitExceeded.
 */
export async function createServiceLinkedRole(
  deps: Pick<IdentityDependencies, 'store' | 'random'>,
  services: LinkedServices,
  wanted: WantedLinkedRole & { readonly description?: string | undefined; readonly now: number },
): Promise<Role> {
  const { accountId, service, customSuffix, description, now } = wanted;
  const template = services.get(service);
  if (template === undefined) {
    throw new ServiceError('AccessDenied', `Cannot find Service Linked Role template for ${service}`);
  }
  if (customSuffix !== undefined && !template.takesSuffix) {
    throw invalid(`Custom suffix is not allowed for ${service}`);
  }
  const { path, roleName } = namedLinkedRole(services, wanted);
  if (roleName.length > LONGEST_NAME) {
    throw invalid(`The role name ${roleName} is longer than ${LONGEST_NAME} characters. Use a shorter suffix.`);
  }
  const attachedPolicies = await policiesOf(deps, accountId, template);
  const taken = () =>
    invalid(`Service role name ${roleName} has been taken in this account, please try a different suffix.`);
  if (await findHolder(roleKind, deps.store, { accountId, name: roleName })) throw taken();
  try {
    return await storeRole(
      deps,
      { accountId, roleName, path, description, trustPolicy: trustPolicyOf(template), now },
      {
        linkedService: service,
        attachedPolicies,
        inlinePolicies: template.policy === undefined ? [] : [{ policyName: roleName, document: template.policy }],
      },
    );
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    if (error.code === 'EntityAlreadyExists') throw taken();
    // Only the principals that the operator named can be missing.
    if (error.code !== 'MalformedPolicyDocument') throw error;
    throw invalid(`The service ${service} runs as a principal that does not exist here.`);
  }
}

function trustPolicyOf({ service, runsAs = [] }: LinkedService): string {
  const Principal = runsAs.length === 0 ? { Service: service } : { Service: service, AWS: runsAs };
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }],
  });
}

async function policiesOf(
  { store }: Pick<IdentityDependencies, 'store'>,
  accountId: string,
  { service, policies }: LinkedService,
): Promise<PolicyReference[]> {
  const references: PolicyReference[] = [];
  for (const arn of policies) {
    const found = await findManagedPolicy(store, accountId, arn);
    if (found === undefined) throw invalid(`The policy ${arn} of the service ${service} does not exist here.`);
    references.push({ policyArn: found.policyArn, policyId: found.policyId });
  }
  return references;
}

function invalid(message: string): ServiceError {
  return new ServiceError(IAM_ERRORS.InvalidInput, message);
}
