import type { GroupValues } from '../../documents/applications/group-values.ts';
import { templateValues, type ValuesOf } from './templates.ts';

/** What an attribute or a claim is made of. */
export interface Mapping {
  /** Templates for everyone. */
  readonly values: readonly string[];
  readonly forGroups?: readonly GroupValues[] | undefined;
}

/**
 * The values that a person gets, each once: those of the groups first, as they are listed.
 * @param groups that the person is in.
 */
export function mappedValues(
  { values, forGroups = [] }: Mapping,
  valuesOf: ValuesOf,
  groups: readonly string[],
): readonly string[] {
  const ofGroups = forGroups.filter(({ group }) => groups.includes(group)).flatMap((each) => each.values);
  return [...new Set([...ofGroups, ...values].flatMap((template) => templateValues(template, valuesOf)))];
}
