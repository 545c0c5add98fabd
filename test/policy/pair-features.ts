import type {
  ReferenceDocument,
  ReferenceLayers,
  ReferencePrincipal,
  ReferenceStatement,
} from '../reference/evaluate.ts';
import { referenceAllows } from '../reference/evaluate.ts';
import { mapDocuments, type Pair, statementsOf } from './generated.ts';
import { OPERATOR_FORMS } from './generated-conditions.ts';

/**
 * Which features of the language a pair tells something about: those on which its decision hangs. A statement is decisive where the
 * decision would be another without it, and a condition where it would be another without that condition. Comparing the engine with
 * the reference on pairs in which a feature never decides would prove nothing of it.
 */
export function decisiveFeatures(pair: Pair): ReadonlySet<string> {
  const { request, layers } = pair;
  const allowed = referenceAllows(request, layers);
  const decides = (changed: ReferenceLayers): boolean => referenceAllows(request, changed) !== allowed;
  const found = new Set<string>();
  const add = (features: readonly string[]): void => {
    for (const feature of features) found.add(feature);
  };
  if (layers.boundary === 'missing') {
    const { boundary: _missing, ...rest } = layers;
    if (decides(rest)) found.add('boundary missing');
  }
  for (const [name, document, statement] of placesOf(layers)) {
    const conditions = conditionsOf(statement);
    const known = conditions.filter(({ operator }) => OPERATOR_FORMS.includes(operator));
    const hasVariables = document.Version === '2012-10-17';
    if (decides(replaced(layers, statement, []))) {
      add(statementFeatures(name, document, statement));
      add(requestFeatures(pair));
      for (const one of conditions)
        add(conditionFeatures(one, pair, hasVariables).map((feature) => `${feature} holds`));
    }
    for (const one of conditions) {
      if (!decides(replaced(layers, statement, [withoutCondition(statement, one)]))) continue;
      if (!known.includes(one)) found.add('unreadable policy');
      else add(conditionFeatures(one, pair, hasVariables).map((feature) => `${feature} fails`));
    }
  }
  return found;
}

const KEY_STATES = ['key absent', 'key empty', 'key with one value', 'key with several values'];
const VALUE_KINDS = ['no value wanted', 'one value wanted', 'several values wanted', 'variable', 'default', 'escaped'];
const PRINCIPALS = [
  ...['everyone', 'AWS everyone', 'AWS account id', 'AWS account ARN', 'AWS user', 'AWS role', 'AWS session'],
  ...['AWS federated user', 'AWS unique id', 'Federated', 'Service', 'CanonicalUser'],
];
const LAYERS = ['identity', 'boundary', 'session', 'serviceControl', 'resourceControl', 'resource', 'trust'];
const CALLERS = ['Account', 'User', 'AssumedRole', 'FederatedUser', 'WebIdentity', 'SAML', 'Service', 'Anonymous'];

/** Every feature that enough pairs must hang on. */
export const FEATURES: readonly string[] = [
  ...[...OPERATOR_FORMS, ...KEY_STATES, ...VALUE_KINDS].flatMap((name) => [`${name} holds`, `${name} fails`]),
  ...LAYERS.flatMap((layer) => [`${layer} Allow`, `${layer} Deny`]),
  ...PRINCIPALS.map((name) => `Principal ${name}`),
  ...['Action', 'NotAction', 'Resource', 'NotResource'].flatMap((name) => [name, `${name} with wildcard`]),
  ...['Action in another case', 'Resource with variable', 'Resource with default', 'Resource with escaped character'],
  ...['NotPrincipal Allow', 'NotPrincipal Deny', 'trusted id', 'version 2008-10-17', 'version 2012-10-17'],
  ...CALLERS.map((type) => `caller ${type}`),
  ...['own account', 'other account', 'boundary missing', 'unreadable policy'],
];

type Place = readonly [layer: string, document: ReferenceDocument, statement: ReferenceStatement];

function placesOf(layers: ReferenceLayers): readonly Place[] {
  const { boundary, resource } = layers;
  const lists: readonly (readonly [string, readonly ReferenceDocument[]])[] = [
    ['identity', layers.identity],
    ['boundary', boundary === undefined || boundary === 'missing' ? [] : boundary],
    ['session', layers.session ?? []],
    ['serviceControl', layers.serviceControl?.flat() ?? []],
    ['resourceControl', layers.resourceControl?.flat() ?? []],
    [resource?.kind ?? '', resource?.documents ?? []],
  ];
  return lists.flatMap(([name, documents]) =>
    documents.flatMap((document) => statementsOf(document).map((statement) => [name, document, statement] as const)),
  );
}

function replaced(
  layers: ReferenceLayers,
  old: ReferenceStatement,
  by: readonly ReferenceStatement[],
): ReferenceLayers {
  return mapDocuments(layers, (documents) =>
    documents.map((document) => ({
      ...document,
      Statement: statementsOf(document).flatMap((statement) => (statement === old ? by : [statement])),
    })),
  );
}

interface OneCondition {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

function conditionsOf(statement: ReferenceStatement): readonly OneCondition[] {
  return Object.entries(statement.Condition ?? {}).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => ({ operator, key, values: [values].flat() })),
  );
}

function withoutCondition(statement: ReferenceStatement, { operator, key }: OneCondition): ReferenceStatement {
  const { [operator]: keys = {}, ...others } = statement.Condition ?? {};
  const { [key]: _dropped, ...rest } = keys;
  return { ...statement, Condition: Object.keys(rest).length > 0 ? { ...others, [operator]: rest } : others };
}

function conditionFeatures(
  { operator, key, values }: OneCondition,
  { request }: Pair,
  hasVariables: boolean,
): string[] {
  const actual = request.context.get(key.toLowerCase());
  const count = ['no value wanted', 'one value wanted'][values.length] ?? 'several values wanted';
  return [operator, keyState(actual), count, ...(hasVariables ? variablesIn(values) : [])];
}

function keyState(actual: string | readonly string[] | undefined): string {
  if (actual === undefined) return 'key absent';
  if (typeof actual === 'string' || actual.length === 1) return 'key with one value';
  return actual.length === 0 ? 'key empty' : 'key with several values';
}

function variablesIn(values: readonly string[]): readonly string[] {
  const inside = values.flatMap((value) => [...value.matchAll(/\$\{([^}]*)\}/g)].map((found) => found[1] as string));
  return inside.map((name) => (/^[*?$]$/.test(name) ? 'escaped' : name.includes(',') ? 'default' : 'variable'));
}

function statementFeatures(layer: string, { Version }: ReferenceDocument, statement: ReferenceStatement): string[] {
  const { Effect, Principal, NotPrincipal } = statement;
  const features = [`${layer} ${Effect}`, `version ${Version}`];
  for (const name of ['Action', 'NotAction', 'Resource', 'NotResource'] as const) {
    const values = [statement[name] ?? []].flat();
    if (values.length > 0) features.push(name);
    if (values.some((value) => value !== '*' && /[*?]/.test(value.replaceAll(/\$\{[^}]*\}/g, '')))) {
      features.push(`${name} with wildcard`);
    }
    if (name.endsWith('Action') && values.some((value) => /^[A-Z]/.test(value)))
      features.push('Action in another case');
    const kinds = { variable: 'variable', default: 'default', escaped: 'escaped character' };
    if (!name.endsWith('Resource') || Version !== '2012-10-17') continue;
    for (const kind of variablesIn(values)) features.push(`Resource with ${kinds[kind as keyof typeof kinds]}`);
  }
  if (Principal !== undefined) features.push(...principalKinds(Principal).map((kind) => `Principal ${kind}`));
  if (NotPrincipal !== undefined) features.push(`NotPrincipal ${Effect}`);
  return features;
}

function principalKinds(principal: ReferencePrincipal): readonly string[] {
  if (principal === '*') return ['everyone'];
  return Object.entries(principal).flatMap(([type, names]) =>
    type === 'AWS' ? [names].flat().map((name) => `AWS ${awsKind(name)}`) : [type],
  );
}

function awsKind(name: string): string {
  if (name === '*') return 'everyone';
  if (/^\d{12}$/.test(name)) return 'account id';
  const resource = /^arn:aws:\w+::\d*:(root|[a-z-]+\/)/.exec(name)?.[1];
  const kinds: Readonly<Record<string, string>> = {
    root: 'account ARN',
    'user/': 'user',
    'role/': 'role',
    'assumed-role/': 'session',
    'federated-user/': 'federated user',
  };
  return kinds[resource ?? ''] ?? 'unique id';
}

function requestFeatures({ request, layers }: Pair): readonly string[] {
  const { principal, resourceAccountId } = request;
  const features = [`caller ${principal.type}`];
  if (principal.accountId !== '')
    features.push(principal.accountId === resourceAccountId ? 'own account' : 'other account');
  const ids = layers.resource?.trustedIds ?? {};
  if (Object.keys(ids).some((name) => name === principal.arn || name === principal.roleArn))
    features.push('trusted id');
  return features;
}
