import { ServiceError } from '../../kernel/service-error.ts';
import type { Tag } from '../documents/entity.ts';
import { IAM_ERRORS } from '../rules/iam-errors.ts';
import type { RoleTemplate, TemplateParameter } from './role-template.ts';

/** The values of a call, by parameter. */
export type TemplateValues = Readonly<Record<string, readonly string[]>>;

/** A role as a template and values describe it. */
export interface RenderedRole {
  readonly roleName: string;
  readonly path: string;
  readonly description: string | undefined;
  readonly trustPolicy: string;
  readonly inlinePolicies: readonly { readonly policyName: string; readonly document: string }[];
  readonly managedPolicies: readonly string[];
  readonly permissionsBoundary: string | undefined;
  readonly tags: readonly Tag[];
  readonly maxSessionDuration: number | undefined;
}

const PLACEHOLDER = /@\{([\w.-]{1,128})\}/g;
const NAME = /^[\w+=,.@-]{1,64}$/;
const PATH = /^\/(?:[\x21-\x7e]{1,510}\/)?$/;
/**
 * What a value may be. Neither wildcards nor policy variables: a caller who may create roles only from a template must not widen what it
 * grants, or whom it trusts.
 */
const VALUES = {
  String: /^[\p{L}\p{N} _.:/=+@,-]{1,256}$/u,
  Number: /^-?\d{1,15}(?:\.\d{1,6})?$/,
  Arn: /^arn:aws[\w-]*:[\w-]*:[\w-]*:(?:\d{12}|aws)?:[\w+=,.@:/-]{1,512}$/,
} as const;

/** Fills in a template. @throws {ServiceError} InvalidInput */
export function renderTemplate(template: RoleTemplate, given: TemplateValues): RenderedRole {
  const values = checkedValues(template, given);
  const text = textFiller(values);
  const document = (json: string): string => JSON.stringify(filled(JSON.parse(json), { template, values, text }));
  const roleName = text(template.roleName);
  if (!NAME.test(roleName)) throw invalid(`The template gives the role the name ${roleName}, which is not valid.`);
  const path = text(template.rolePath);
  if (!PATH.test(path)) throw invalid(`The template gives the role the path ${path}, which is not valid.`);
  return {
    ...{ roleName, path },
    description: template.roleDescription === undefined ? undefined : text(template.roleDescription),
    trustPolicy: document(template.trustPolicy),
    inlinePolicies: Object.entries(template.inlinePolicies)
      .map(([policyName, policy]) => ({ policyName, document: document(policy) }))
      .sort((a, b) => (a.policyName.toLowerCase() < b.policyName.toLowerCase() ? -1 : 1)),
    managedPolicies: template.managedPolicies,
    permissionsBoundary: template.permissionsBoundary,
    tags: Object.entries(template.tags).map(([key, value]) => ({ key: text(key), value: text(value) })),
    maxSessionDuration: template.maxSessionDuration,
  };
}

/**
 * Fills in a policy with parameters. Returns JSON.
 * @throws {ServiceError} InvalidInput
 */
export function renderPolicy(policy: string, parameters: readonly TemplateParameter[], given: TemplateValues): string {
  const values = checkedValues({ parameters }, given);
  return JSON.stringify(filled(JSON.parse(policy), { template: { parameters }, values, text: textFiller(values) }));
}

function textFiller(values: ReadonlyMap<string, readonly string[]>): (pattern: string) => string {
  return (pattern) =>
    pattern.replace(PLACEHOLDER, (_whole, name: string) => (values.get(name) ?? missing(name)).join(','));
}

/** The names of the parameters that a template uses; for the check of its settings. */
export function placeholdersIn(text: string): readonly string[] {
  return [...text.matchAll(PLACEHOLDER)].map(([, name = '']) => name);
}

function checkedValues({ parameters }: Parameterised, given: TemplateValues): ReadonlyMap<string, readonly string[]> {
  const known = new Map(parameters.map((parameter) => [parameter.name, parameter]));
  for (const name of Object.keys(given)) {
    if (!known.has(name)) throw invalid(`The template has no parameter ${name}.`);
  }
  const values = new Map<string, readonly string[]>();
  for (const parameter of parameters) {
    const { name, defaultValue, isRequired } = parameter;
    const own = Object.hasOwn(given, name) ? given[name] : undefined;
    const value = own ?? (defaultValue === undefined ? undefined : [defaultValue]);
    if (value === undefined && isRequired) missing(name);
    if (value === undefined) continue;
    requireFitting(parameter, value);
    values.set(name, value);
  }
  return values;
}

function requireFitting({ name, type }: TemplateParameter, value: readonly string[]): void {
  const isList = type.endsWith('List');
  // An empty list would leave a condition of the template without a value.
  if (value.length === 0) missing(name);
  if (!isList && value.length !== 1) throw invalid(`The parameter ${name} takes one value.`);
  const pattern = VALUES[type.replace(/List$/, '') as keyof typeof VALUES];
  if (value.every((each) => pattern.test(each))) return;
  throw invalid(`A value of the parameter ${name} is not valid: it must be of type ${type}, without wildcards.`);
}

type Parameterised = Pick<RoleTemplate, 'parameters'>;

interface Filling {
  readonly template: Parameterised;
  readonly values: ReadonlyMap<string, readonly string[]>;
  readonly text: (pattern: string) => string;
}

/** Fills in the strings of a document. One that is only a list parameter becomes a list. */
function filled(node: unknown, filling: Filling): unknown {
  if (typeof node === 'string') return filledText(node, filling);
  if (Array.isArray(node)) return node.flatMap((each) => filled(each, filling));
  if (typeof node !== 'object' || node === null) return node;
  const members = new Map<string, readonly [string, unknown]>();
  for (const [pattern, value] of Object.entries(node)) {
    const key = filling.text(pattern);
    // A value must not take the place of another condition of the template. Keys of conditions ignore case.
    if (members.has(key.toLowerCase())) throw invalid(`The values give a policy of the template the key ${key} twice.`);
    members.set(key.toLowerCase(), [key, filled(value, filling)]);
  }
  return Object.fromEntries(members.values());
}

function filledText(text: string, { template, values, text: fill }: Filling): unknown {
  const [, only] = /^@\{([\w.-]{1,128})\}$/.exec(text) ?? [];
  const type = template.parameters.find(({ name }) => name === only)?.type;
  return only !== undefined && type?.endsWith('List') ? (values.get(only) ?? missing(only)) : fill(text);
}

function missing(name: string): never {
  throw invalid(`The template needs a value of the parameter ${name}.`);
}

function invalid(message: string): ServiceError {
  return new ServiceError(IAM_ERRORS.InvalidInput, message);
}
