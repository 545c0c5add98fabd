import type { DirectoryEntry } from '../../directory-client/directory-entry.ts';
import { DirectoryFault } from '../../directory-client/directory-fault.ts';
import { canonicalDn } from '../../directory-client/distinguished-name.ts';
import { DIRECTORY_PRESETS } from './directory-presets.ts';
import type { OpenLdapSettings } from './given-settings.ts';

/** A person in more groups, or in groups nested deeper, is refused rather than given a part of them. */
export const MOST_GROUPS = 2000;
const DEEPEST = 20;

/** Settings that say where people and groups are, and how they belong together. */
export type GroupSettings = Pick<OpenLdapSettings, 'preset' | 'baseDn' | 'users' | 'groups'>;

export interface DirectoryGroup {
  /** In one spelling; see {@link canonicalDn}. */
  readonly dn: string;
  readonly name: string;
  /** Identifies the group for good. */
  readonly id: string | undefined;
}

/** Where groups are looked up: by searches for one person, or in a list of all groups. */
export interface GroupSource<Node> {
  /** The group that a person is in without being listed as a member. */
  primary(person: DirectoryEntry): Promise<readonly Node[]>;
  /** The groups that list a person: with the strategy `in-chain` also those above them, which the server follows by itself. */
  ofPerson(person: DirectoryEntry): Promise<readonly Node[]>;
  /** The groups that list one of these groups, likewise. */
  above(groups: readonly Node[]): Promise<readonly Node[]>;
  /** See {@link keyOf}. */
  keyOf(group: Node): string;
  /** `undefined` if the group has no name. */
  groupOf(group: Node): DirectoryGroup | undefined;
}

/** One spelling of a distinguished name, by which entries are told apart. */
export function keyOf(dn: string): string {
  return canonicalDn(dn) ?? dn;
}

/**
 * The attributes that list the members of groups: that of the settings and, unless it was set otherwise, those that the preset's kinds of groups
 * have beside it.
 */
export function memberAttributes({ preset, groups }: GroupSettings): readonly [string, ...string[]] {
  const { groups: usual, furtherMembers = [] } = DIRECTORY_PRESETS[preset];
  const isUsual = groups.memberAttribute.toLowerCase() === usual.memberAttribute.toLowerCase();
  return [groups.memberAttribute, ...(isUsual ? furtherMembers : [])];
}

/** Whether groups in groups count. */
function isNested({ strategy, nested, memberValue }: OpenLdapSettings['groups']): boolean {
  // A name in a list of members is that of a person. A group of the same name must not give its members what the person has.
  return nested && (strategy === 'member-of' || memberValue === 'dn');
}

/**
 * The groups of a person, by the strategy of the settings: the one way for sign-ins and directory syncs. All of them, or a fault: a time limit
 * is not "no groups". @throws {DirectoryFault}
 */
export async function findGroups<Node>(
  { groups }: Pick<GroupSettings, 'groups'>,
  source: GroupSource<Node>,
  person: DirectoryEntry,
): Promise<readonly DirectoryGroup[]> {
  const found = new Map<string, Node>();
  const add = (nodes: readonly Node[]): readonly Node[] => {
    const fresh = nodes.filter((node) => !found.has(source.keyOf(node)));
    for (const node of fresh) found.set(source.keyOf(node), node);
    if (found.size > MOST_GROUPS) throw new DirectoryFault('too-much', `groups: more than ${MOST_GROUPS}`);
    return fresh;
  };
  const primary = add(await source.primary(person));
  let last = [...primary, ...add(await source.ofPerson(person))];
  // The server has followed the person's nested groups, but not those of the primary group.
  if (groups.strategy === 'in-chain' && groups.memberValue === 'dn') {
    add(await source.above(primary));
    last = [];
  }
  for (let depth = 0; isNested(groups) && last.length > 0; depth += 1) {
    if (depth === DEEPEST) throw new DirectoryFault('too-much', `groups: nested more than ${DEEPEST} deep`);
    last = [...add(await source.above(last))];
  }
  return [...found.values()].flatMap((node) => source.groupOf(node) ?? []);
}
