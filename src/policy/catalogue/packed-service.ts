import type { AccessLevel, ActionDescription, ServiceDescription } from './service-catalogue.ts';

/** The access levels of the Service Authorization Reference, in the order in which the data number them. */
export const ACCESS_LEVELS = [
  'List',
  'Read',
  'Write',
  'Tagging',
  'Permissions management',
] as const satisfies readonly AccessLevel[];

/**
 * A service as a line of the data has it: its prefix and name, its actions, the names, ARN templates and condition keys of its resource
 * types, and the names and types of its condition keys. Actions with the same access level, resource types and condition keys stand
 * together, their names in one text.
 */
export type PackedService = readonly [
  prefix: string,
  name: string,
  actions: readonly (readonly [level: number, types: readonly number[], keys: readonly number[], names: string])[],
  resourceTypes: readonly (readonly [name: string, arn: string, keys: readonly number[]])[],
  conditionKeys: readonly (readonly [name: string, type: string])[],
];

/** The prefix of a line, without parsing the rest. */
export function prefixOf(line: string): string {
  return line.slice(2, line.indexOf('"', 2));
}

export function readService(line: string): ServiceDescription {
  const [prefix, name, actions, resourceTypes, conditionKeys] = JSON.parse(line) as PackedService;
  const keysAt = (indexes: readonly number[]) => indexes.map((index) => conditionKeys[index]?.[0] ?? '');
  return {
    prefix,
    name,
    actions: actions
      .flatMap(([level, types, keys, names]): readonly ActionDescription[] => {
        const shared = {
          accessLevel: ACCESS_LEVELS[level] ?? 'Write',
          resourceTypes: types.map((index) => resourceTypes[index]?.[0] ?? ''),
          conditionKeys: keysAt(keys),
        };
        return names.split(' ').map((each) => ({ name: each, ...shared }));
      })
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
    resourceTypes: resourceTypes.map(([type, arn, keys]) => ({ name: type, arn, conditionKeys: keysAt(keys) })),
    conditionKeys: conditionKeys.map(([key, type]) => ({ name: key, type })),
  };
}
