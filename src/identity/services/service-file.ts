import * as z from 'zod';
import type { AccessLevel, ServiceDescription } from '../../policy/catalogue/service-catalogue.ts';

const name = z.string().regex(/^\w{1,128}$/, 'must be letters, digits and _');
const keyNames = z
  .array(z.string().regex(/^[\w.-]+:\S{1,256}$/, 'must be a condition key, such as shop:Region'))
  .default([]);

/**
 * A service in the format of AWS's service reference files, so that one of AWS works as it is. Other members of the format are ignored.
 * `ServiceName` is ours: what people call the service.
 */
export const serviceFileShape = z.object({
  Name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be a prefix of actions: small letters, digits and -'),
  ServiceName: z.string().min(1).max(128).optional(),
  Actions: z
    .array(
      z.object({
        Name: name,
        ActionConditionKeys: keyNames,
        Annotations: z
          .object({
            Properties: z
              .object({
                IsList: z.boolean().default(false),
                IsPermissionManagement: z.boolean().default(false),
                IsTaggingOnly: z.boolean().default(false),
                IsWrite: z.boolean().default(false),
              })
              .prefault({}),
          })
          .prefault({}),
        Resources: z.array(z.object({ Name: z.string().min(1) })).default([]),
      }),
    )
    .min(1)
    .max(5000),
  ConditionKeys: z
    .array(z.object({ Name: z.string().min(3), Types: z.array(z.string()).default(['String']) }))
    .default([]),
  Resources: z
    .array(
      z.object({
        Name: z.string().min(1),
        ARNFormats: z.array(z.string().startsWith('arn:')).default([]),
        ConditionKeys: keyNames,
      }),
    )
    .default([]),
});
type ServiceFile = z.output<typeof serviceFileShape>;
type Properties = ServiceFile['Actions'][number]['Annotations']['Properties'];

function accessLevel({ IsPermissionManagement, IsTaggingOnly, IsWrite, IsList }: Properties): AccessLevel {
  if (IsPermissionManagement) return 'Permissions management';
  if (IsTaggingOnly) return 'Tagging';
  if (IsWrite) return 'Write';
  return IsList ? 'List' : 'Read';
}

export function describedService({
  Name,
  ServiceName,
  Actions,
  ConditionKeys,
  Resources,
}: ServiceFile): ServiceDescription {
  return {
    prefix: Name,
    name: ServiceName ?? Name,
    actions: Actions.map((action) => ({
      name: action.Name,
      accessLevel: accessLevel(action.Annotations.Properties),
      resourceTypes: action.Resources.map((resource) => resource.Name),
      conditionKeys: action.ActionConditionKeys,
    })).sort((a, b) => (a.name < b.name ? -1 : 1)),
    resourceTypes: Resources.flatMap((type) =>
      type.ARNFormats.map((arn) => ({ name: type.Name, arn, conditionKeys: type.ConditionKeys })),
    ),
    conditionKeys: ConditionKeys.map((key) => ({ name: key.Name, type: key.Types[0] ?? 'String' })),
    isOwn: true,
  };
}
