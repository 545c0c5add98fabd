import { isDeepStrictEqual } from 'node:util';
import { ServiceError } from '../../kernel/service-error.ts';
import { policySize } from '../../policy/document/policy-size.ts';
import { requireValidPolicy } from '../../policy/validate/require-valid-policy.ts';
import type { PolicyReference } from '../documents/entity.ts';
import type { Role } from '../documents/role.ts';
import { requireAttachablePolicy } from '../policy-holder/attachable-policy.ts';
import { requireFreePath, storeRole } from '../roles/create-role.ts';
import { roleKind } from '../roles/role-kind.ts';
import { IAM_ERRORS } from '../rules/iam-errors.ts';
import { INLINE_POLICY_SIZE, requireWithin } from '../rules/quotas.ts';
import type { IdentityDependencies } from '../store/identity-dependencies.ts';
import { type RenderedRole, renderTemplate, type TemplateValues } from './render-template.ts';
import type { RoleTemplate, RoleTemplates } from './role-template.ts';

/** The template of an ARN, in the version asked for. @throws {ServiceError} NoSuchEntity */
export function requireTemplate(templates: RoleTemplates, arn: string, minorVersion: number | undefined): RoleTemplate {
  const template = templates.get(arn);
  // 0 is the default version, as at AWS.
  const isThis = minorVersion === undefined || minorVersion === 0 || minorVersion === template?.minorVersion;
  if (template !== undefined && isThis) return template;
  throw new ServiceError(IAM_ERRORS.NoSuchEntity, `The role template with name ${arn} cannot be found.`);
}

interface Acquired {
  readonly accountId: string;
  readonly template: RoleTemplate;
  readonly values: TemplateValues;
  /** The same values, filled in. */
  readonly rendered: RenderedRole;
  readonly now: number;
}

/**
 * Creates a role from a template.
 * @throws {ServiceError} RoleTemplateDisabled, EntityAlreadyExists, LimitExceeded, InvalidInput, MalformedPolicyDocument, NoSuchEntity.
 */
export async function acquireRole(
  deps: Pick<IdentityDependencies, 'store' | 'random'>,
  { accountId, template, values, rendered, now }: Acquired,
): Promise<Role> {
  requireEnabled(template);
  requireFreePath(rendered.path);
  const attachedPolicies: PolicyReference[] = [];
  for (const arn of rendered.managedPolicies) {
    attachedPolicies.push(await requireAttachablePolicy(deps.store, accountId, arn));
  }
  requireWithin(roleKind.attachedPolicies, attachedPolicies.length);
  let size = 0;
  for (const { document } of rendered.inlinePolicies) {
    requireValidPolicy(document, 'identity');
    size += policySize(document);
  }
  if (size > INLINE_POLICY_SIZE.role) {
    const what = `Maximum policy size of ${INLINE_POLICY_SIZE.role} bytes exceeded for role ${rendered.roleName}`;
    throw new ServiceError(IAM_ERRORS.LimitExceeded, what);
  }
  const { roleName, path, description, trustPolicy, tags, maxSessionDuration, permissionsBoundary } = rendered;
  return storeRole(
    deps,
    {
      ...{ accountId, roleName, path, description, trustPolicy, tags, maxSessionDuration, now },
      permissionsBoundaryArn: permissionsBoundary,
    },
    {
      attachedPolicies,
      inlinePolicies: rendered.inlinePolicies.map((policy) => ({ ...policy })),
      sourceTemplate: { arn: template.arn, minorVersion: template.minorVersion, values: copyOf(values) },
    },
  );
}

/**
 * A role that exists is the answer if it came from the same template and values and nobody has changed it since.
 * @throws {ServiceError} RoleTemplateDisabled, NameConflict, RoleModified
 */
export function requireSameRole(role: Role, { template, rendered }: Pick<Acquired, 'template' | 'rendered'>): void {
  requireEnabled(template);
  const { sourceTemplate: source, roleName } = role;
  if (source?.arn !== template.arn || source.minorVersion !== template.minorVersion) throw nameConflict();
  if (!matches(role, renderTemplate(template, source.values))) {
    throw new ServiceError(
      IAM_ERRORS.RoleModified,
      `Role ${roleName} has been modified since it was created and is no longer managed.`,
    );
  }
  if (!matches(role, rendered)) throw nameConflict();
}

/** Descriptions may change. */
function matches(role: Role, rendered: RenderedRole): boolean {
  const sorted = (arns: readonly string[]) => [...arns].sort();
  return (
    role.path === rendered.path &&
    role.permissionsBoundary?.policyArn === rendered.permissionsBoundary &&
    isDeepStrictEqual(role.tags, [...rendered.tags]) &&
    isSameDocument(role.trustPolicy, rendered.trustPolicy) &&
    isDeepStrictEqual(sorted(role.attachedPolicies.map((each) => each.policyArn)), sorted(rendered.managedPolicies)) &&
    role.inlinePolicies.length === rendered.inlinePolicies.length &&
    rendered.inlinePolicies.every(({ policyName, document }) =>
      role.inlinePolicies.some((own) => own.policyName === policyName && isSameDocument(own.document, document)),
    )
  );
}

function isSameDocument(a: string, b: string): boolean {
  return isDeepStrictEqual(JSON.parse(a), JSON.parse(b));
}

function copyOf(values: TemplateValues): Record<string, string[]> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, [...value]]));
}

function requireEnabled({ isEnabled }: RoleTemplate): void {
  if (isEnabled) return;
  throw new ServiceError(IAM_ERRORS.RoleTemplateDisabled, 'The role template version is disabled.');
}

function nameConflict(): ServiceError {
  return new ServiceError(
    IAM_ERRORS.NameConflict,
    'A role with this name already exists but was not created from this template and parameters.',
  );
}
