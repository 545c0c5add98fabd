/**
 * Variables of templates. `${user:…}` are named as in the attribute mappings of AWS IAM Identity Center, and mean what the OIDC claims of
 * the same names do.
 */
export const TEMPLATE_VARIABLES = [
  'user:subject',
  'user:name',
  'user:preferredUsername',
  'user:sessionName',
  'user:email',
  'user:givenName',
  'user:familyName',
  'user:middleName',
  'user:nickname',
  'user:picture',
  'user:zoneinfo',
  'user:locale',
  'user:phoneNumber',
  'user:arn',
  'user:groups',
  'account:id',
  'account:alias',
] as const;
export type TemplateVariable = (typeof TEMPLATE_VARIABLES)[number] | `user:tag/${string}`;

const TAG = /^user:tag\/[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u;
const PART = /\$\{([^{}]*)\}/g;
/** The longest template, in characters. */
export const LONGEST_TEMPLATE = 1024;

/** The values of a variable; none if the person has none. */
export type ValuesOf = (variable: TemplateVariable) => readonly string[];

/** What is wrong with a template; `undefined` if nothing. */
export function templateProblem(template: string): string | undefined {
  if (template.length > LONGEST_TEMPLATE) return `must have at most ${LONGEST_TEMPLATE} characters`;
  const names = [...template.matchAll(PART)].map(([, name = '']) => name);
  const unknown = names.find((name) => !isVariable(name));
  if (unknown !== undefined) {
    return `has an unknown variable: \${${unknown}} (known: ${TEMPLATE_VARIABLES.join(', ')}, user:tag/<key>)`;
  }
  if (template.replace(PART, '').includes('${')) return 'has a variable that is not closed by }';
  return names.filter((name) => name === 'user:groups').length > 1 ? 'must not name user:groups twice' : undefined;
}

/**
 * The values that a template gives: one, or one for each group if it names the groups. None if a variable has no value, so that nobody gets
 * half a value.
 */
export function templateValues(template: string, valuesOf: ValuesOf): readonly string[] {
  let values: readonly string[] = [''];
  let at = 0;
  for (const match of template.matchAll(PART)) {
    const before = template.slice(at, match.index);
    const found = valuesOf(match[1] as TemplateVariable);
    values = values.flatMap((value) => found.map((each) => `${value}${before}${each}`));
    at = match.index + match[0].length;
  }
  return values.map((value) => `${value}${template.slice(at)}`);
}

function isVariable(name: string): boolean {
  return (TEMPLATE_VARIABLES as readonly string[]).includes(name) || TAG.test(name);
}
