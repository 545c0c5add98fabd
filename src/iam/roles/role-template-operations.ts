import {
  AcquireRole$,
  type AcquireRoleCommandInput,
  type AcquireRoleResponse,
  AttachRolePolicy$,
  CreateRole$,
  GetRole$,
  GetRoleTemplateVersion$,
  type GetRoleTemplateVersionCommandInput,
  type GetRoleTemplateVersionResponse,
  PutRolePolicy$,
  TagRole$,
} from '@aws-sdk/client-iam';
import type { Target } from '../../authorize/target.ts';
import type { Role } from '../../identity/documents/role.ts';
import { acquireRole, requireSameRole, requireTemplate } from '../../identity/role-templates/acquire-role.ts';
import {
  type RenderedRole,
  renderTemplate,
  type TemplateValues,
} from '../../identity/role-templates/render-template.ts';
import type { RoleTemplate } from '../../identity/role-templates/role-template.ts';
import { showRole } from '../../identity/roles/shown-role.ts';
import { iamArn } from '../../kernel/arn.ts';
import { actionOf } from '../../operations/action-of.ts';
import { namedTarget } from '../../operations/named-operation.ts';
import { type AnyOperation, signedOperation } from '../../operations/operation.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { ROLE } from '../resource-kinds.ts';
import { creationTargets } from '../tagging-on-creation.ts';
import { roleOutput } from './role-output.ts';
import { templateOutput } from './role-template-output.ts';

/** What AcquireRole is about; or why it is about nothing, which only callers who may read the template are told. */
type Prepared =
  | { readonly fault: unknown }
  | { readonly template: RoleTemplate; readonly rendered: RenderedRole; readonly existing: Role | undefined };

/** GetRoleTemplateVersion and AcquireRole. */
export function roleTemplateOperations(deps: IamDependencies): readonly AnyOperation[] {
  const { store, roleTemplates } = deps;
  return [
    signedOperation<Decoded<GetRoleTemplateVersionCommandInput>, GetRoleTemplateVersionResponse, undefined>({
      schema: GetRoleTemplateVersion$,
      readOnly: true,
      authorize: ({ TemplateArn }, { caller: { accountId } }) => ({
        targets: [readTarget(TemplateArn, accountId)],
        subject: undefined,
      }),
      handle: ({ TemplateArn, MinorVersion }) => ({
        RoleTemplateVersion: templateOutput(requireTemplate(roleTemplates, TemplateArn, MinorVersion)),
      }),
    }),
    signedOperation<Decoded<AcquireRoleCommandInput>, AcquireRoleResponse, Prepared>({
      schema: AcquireRole$,
      readOnly: false,
      // The handler names no such operation: as at AWS, what must be allowed is what it does, under `iam:RoleTemplateARN`.
      async authorize(input, { caller: { accountId } }) {
        const subject = await prepare(input, accountId);
        const targets = [readTarget(input.TemplateArn, accountId)];
        return { targets: 'fault' in subject ? targets : [...targets, ...workTargets(subject, accountId)], subject };
      },
      async handle(input, { caller: { accountId }, now }, prepared) {
        if ('fault' in prepared) throw prepared.fault;
        const { template, rendered, existing } = prepared;
        if (existing !== undefined) {
          requireSameRole(existing, { template, rendered });
          return { Role: roleOutput(await showRole(store, existing)) };
        }
        const role = await acquireRole(deps, { accountId, template, rendered, values: valuesOf(input), now });
        return { Role: roleOutput(await showRole(store, role)) };
      },
    }),
  ];

  async function prepare(input: Decoded<AcquireRoleCommandInput>, accountId: string): Promise<Prepared> {
    try {
      const template = requireTemplate(roleTemplates, input.TemplateArn, input.TemplateMinorVersion);
      const rendered = renderTemplate(template, valuesOf(input));
      return { template, rendered, existing: await ROLE.find(store, { accountId, name: rendered.roleName }) };
    } catch (fault) {
      return { fault };
    }
  }
}

function readTarget(TemplateArn: string, accountId: string): Target {
  return { action: actionOf(GetRoleTemplateVersion$), resource: TemplateArn, resourceAccountId: accountId };
}

function workTargets(
  { template, rendered, existing }: Exclude<Prepared, { readonly fault: unknown }>,
  accountId: string,
): readonly Target[] {
  const key = ['iam:roletemplatearn', template.arn] as const;
  if (existing !== undefined) {
    const named = { accountId, name: rendered.roleName };
    const target = namedTarget(ROLE, { action: actionOf(GetRole$), named, found: existing });
    return [{ ...target, conditions: new Map([key]) }];
  }
  const { permissionsBoundary, tags, managedPolicies, inlinePolicies } = rendered;
  const conditions = new Map([
    key,
    ...(permissionsBoundary === undefined ? [] : [['iam:permissionsboundary', permissionsBoundary] as const]),
  ]);
  const role = {
    resource: iamArn(accountId, 'role', rendered.path, rendered.roleName),
    resourceAccountId: accountId,
    ...(tags.length > 0 && { resourceTags: tags }),
  };
  const creation = creationTargets({ ...role, conditions, action: actionOf(CreateRole$), requestTags: tags }, TagRole$);
  return [
    ...creation.map((target) => ({ ...target, conditions })),
    ...managedPolicies.map((arn) => ({
      ...{ ...role, action: actionOf(AttachRolePolicy$) },
      conditions: new Map([...conditions, ['iam:policyarn', arn] as const]),
    })),
    ...(inlinePolicies.length > 0 ? [{ ...role, conditions, action: actionOf(PutRolePolicy$) }] : []),
  ];
}

function valuesOf({ ReplacementValues = {} }: Decoded<AcquireRoleCommandInput>): TemplateValues {
  return Object.fromEntries(Object.entries(ReplacementValues).map(([name, { Values = [] }]) => [name, Values]));
}
