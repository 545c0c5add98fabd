import type { DetailMember, DetailType } from './type-settings.ts';

/** The longest parameter, in characters. People must be able to read all of it, and every token carries it. */
export const LONGEST_DETAILS = 4096;
/** How many details one request may have. */
export const MOST_DETAILS = 10;
const LONGEST_TEXT = 256;
const LONGEST_LIST = 20;
/** Nothing that a person would not see on the consent page, or would see in another place. */
const TEXT = /^[^\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]*$/u;

type Members = Readonly<Record<string, Omit<DetailMember, 'members'> & Pick<Partial<DetailMember>, 'members'>>>;

/** A detail, as JSON has it. */
export type Detail = Readonly<Record<string, unknown>> & { readonly type: string };

/** What is wrong with a detail of this type, without its values; `undefined` if nothing. */
export function detailFault(
  { members }: Pick<DetailType, 'members'>,
  { type: _type, ...given }: Detail,
): string | undefined {
  return membersFault(members, given, '');
}

function membersFault(members: Members, given: Readonly<Record<string, unknown>>, path: string): string | undefined {
  // Not the name that was sent: it may be anything.
  if (Object.keys(given).some((name) => !Object.hasOwn(members, name))) {
    return `${path === '' ? 'it' : path} has a member that the type does not have`;
  }
  for (const [name, member] of Object.entries(members)) {
    const at = path === '' ? name : `${path}.${name}`;
    const fault = Object.hasOwn(given, name) ? valueFault(member, given[name], at) : absentFault(member, at);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function absentFault({ required }: { readonly required: boolean }, at: string): string | undefined {
  return required ? `${at} is missing` : undefined;
}

function valueFault({ kind, values, members = {} }: Members[string], value: unknown, at: string): string | undefined {
  const isText = (each: unknown): boolean =>
    typeof each === 'string' &&
    each.trim() !== '' &&
    each.length <= LONGEST_TEXT &&
    TEXT.test(each) &&
    (values === undefined || values.includes(each));
  switch (kind) {
    case 'text':
      return isText(value) ? undefined : `${at} must be a text that the type allows`;
    case 'number':
      return Number.isFinite(value) ? undefined : `${at} must be a number`;
    case 'boolean':
      return typeof value === 'boolean' ? undefined : `${at} must be true or false`;
    case 'list': {
      const isList = Array.isArray(value) && value.length > 0 && value.length <= LONGEST_LIST && value.every(isText);
      return isList ? undefined : `${at} must be a list of texts that the type allows`;
    }
    default:
      return typeof value === 'object' && value !== null && !Array.isArray(value)
        ? membersFault(members, value as Readonly<Record<string, unknown>>, at)
        : `${at} must be an object`;
  }
}
