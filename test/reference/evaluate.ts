/**
 * The policy language once more, naive and uncompiled, written from AWS's documentation alone: the oracle that the engine
 * in src/policy is compared with. It shares no code with it, reads documents with JSON.parse, and may be slow.
 * It takes well-formed documents only; what must be refused is tested elsewhere.
 */
export interface ReferenceStatement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string | readonly string[];
  readonly Principal?: ReferencePrincipal;
  readonly NotPrincipal?: ReferencePrincipal;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}
export type ReferencePrincipal = '*' | Readonly<Record<string, string | readonly string[]>>;
export interface ReferenceDocument {
  readonly Version?: string;
  readonly Statement: ReferenceStatement | readonly ReferenceStatement[];
}
export interface ReferenceCaller {
  readonly type: string;
  readonly arn: string;
  readonly accountId: string;
  readonly uniqueId: string;
  readonly roleArn?: string;
  readonly userArn?: string;
  readonly federated?: readonly string[];
  readonly services?: readonly string[];
}
export interface ReferenceRequest {
  readonly principal: ReferenceCaller;
  readonly action: string;
  readonly resource: string;
  readonly resourceAccountId: string;
  /** By key in lower case. */
  readonly context: ReadonlyMap<string, string | readonly string[]>;
}
export interface ReferenceLayers {
  readonly identity: readonly ReferenceDocument[];
  readonly boundary?: readonly ReferenceDocument[];
  readonly session?: readonly ReferenceDocument[];
  readonly resource?: {
    readonly kind: 'trust' | 'resource';
    readonly documents: readonly ReferenceDocument[];
    readonly trustedIds?: Readonly<Record<string, string>>;
  };
  /** By level of the organisation's tree. */
  readonly serviceControl?: readonly (readonly ReferenceDocument[])[];
  readonly resourceControl?: readonly (readonly ReferenceDocument[])[];
}

const OF_AN_ACCOUNT = ['Account', 'User', 'AssumedRole', 'FederatedUser'];

/** Whether the request is allowed. */
export function referenceAllows(request: ReferenceRequest, layers: ReferenceLayers): boolean {
  const hasAccount = OF_AN_ACCOUNT.includes(request.principal.type);
  const sameAccount = hasAccount && request.principal.accountId === request.resourceAccountId;
  const own = [layers.identity, layers.boundary ?? [], layers.session ?? []].flat();
  const controls = [...(layers.resourceControl ?? []), ...(hasAccount ? (layers.serviceControl ?? []) : [])];
  const all = [...own, ...(layers.resource?.documents ?? []), ...controls.flat()];
  if (all.some((document) => matching(document, 'Deny', request, layers).length > 0)) return false;

  const allows = (documents: readonly ReferenceDocument[]): boolean =>
    documents.some((document) => matching(document, 'Allow', request, layers).length > 0);
  if (!controls.every(allows)) return false;
  const identity = request.principal.type === 'Account' || allows(layers.identity);
  const boundary = layers.boundary === undefined || allows(layers.boundary);
  // "If there is no session policy, the code checks whether the principal is a role session … Otherwise, the request is implicitly denied"
  const needsSession = layers.session !== undefined || request.principal.type === 'FederatedUser';
  const session = !needsSession || allows(layers.session ?? []);
  const levels = (layers.resource?.documents ?? []).flatMap((document) =>
    matching(document, 'Allow', request, layers).map((statement) => principalLevel(statement, request, layers)),
  );

  if (!hasAccount) return levels.length > 0;
  if (!sameAccount) return levels.length > 0 && identity && boundary && session;
  if (levels.includes('itself')) return true;
  if (levels.includes('role') && boundary && session) return true;
  if (layers.resource?.kind === 'trust' && levels.length === 0) return false;
  return identity && boundary && session;
}

function matching(
  document: ReferenceDocument,
  effect: 'Allow' | 'Deny',
  request: ReferenceRequest,
  layers: ReferenceLayers,
): readonly ReferenceStatement[] {
  const variables = document.Version === '2012-10-17';
  return list(document.Statement).filter(
    (statement) =>
      statement.Effect === effect &&
      actionMatches(statement, request.action) &&
      resourceMatches(statement, request, variables) &&
      principalLevel(statement, request, layers) !== 'none' &&
      Object.entries(statement.Condition ?? {}).every(([operator, keys]) =>
        Object.entries(keys).every(([key, values]) =>
          conditionHolds({ operator, key, values: list(values) }, request, variables),
        ),
      ),
  );
}

function list<Item>(value: Item | readonly Item[]): readonly Item[] {
  return Array.isArray(value) ? value : [value as Item];
}

// ---- actions and resources

function actionMatches(statement: ReferenceStatement, action: string): boolean {
  const named = (patterns: string | readonly string[]): boolean =>
    list(patterns).some((pattern) => like(pattern.toLowerCase(), action.toLowerCase()));
  return statement.Action !== undefined ? named(statement.Action) : !named(statement.NotAction ?? []);
}

function resourceMatches(statement: ReferenceStatement, request: ReferenceRequest, variables: boolean): boolean {
  const values = statement.Resource ?? statement.NotResource;
  if (values === undefined) return true;
  const patterns = list(values).map((value) => substitute(value, request, variables));
  const some = patterns.some((pattern) => pattern !== undefined && resourceLike(pattern, request.resource));
  if (statement.Resource !== undefined) return some;
  return !some && !patterns.includes(undefined);
}

/** Literal characters are marked by a backslash before them once variables are in. */
function substitute(text: string, request: ReferenceRequest, variables: boolean): string | undefined {
  const parts = variables ? text.split(/(\$\{[^}]*\})/) : [text];
  let result = '';
  for (const [index, part] of parts.entries()) {
    if (index % 2 === 0) {
      result += part.replaceAll('\\', '\\\\');
      continue;
    }
    const inside = part.slice(2, -1);
    if (['*', '?', '$'].includes(inside)) {
      result += `\\${inside}`;
      continue;
    }
    const [name = '', fallback] = inside.split(',').map((word) => word.trim());
    const value = request.context.get(name.toLowerCase()) ?? fallback?.slice(1, -1);
    if (typeof value !== 'string') return undefined;
    result += [...value].map((character) => `\\${character}`).join('');
  }
  return result;
}

function unmark(pattern: string): string {
  return pattern.replace(/\\([\s\S])/gu, '$1');
}

/** `*` and `?` as a regular expression; a character after a backslash stands for itself. */
function like(pattern: string, text: string): boolean {
  return toExpression(pattern, () => ['[\\s\\S]*', '[\\s\\S]']).test(text);
}

/**
 * "You can use wildcard characters within the individual segments of an ARN (the parts separated by colons). If the wildcard (*) is
 * the last character of a resource ARN segment, it can expand to match beyond the colon boundaries."
 */
function resourceLike(pattern: string, text: string): boolean {
  return toExpression(pattern, (before, after) => {
    const field = unmarkedColons(before);
    if (field >= 5) return ['[\\s\\S]*', '[\\s\\S]'];
    return [after === '' || after.startsWith(':') ? '[\\s\\S]*' : '[^:]*', '[^:]'];
  }).test(text);
}

function unmarkedColons(pattern: string): number {
  return pattern.replace(/\\[\s\S]/gu, '').split(':').length - 1;
}

function toExpression(
  pattern: string,
  wildcards: (before: string, after: string) => readonly [string, string],
): RegExp {
  let source = '';
  for (let at = 0; at < pattern.length; at++) {
    let character = pattern[at] as string;
    const [any, one] = wildcards(pattern.slice(0, at), pattern.slice(at + 1));
    if (character === '*') source += any;
    else if (character === '?') source += one;
    else {
      if (character === '\\') character = pattern[++at] as string;
      source += character.replace(/[\\^$.*+?()[\]{}|/-]/u, '\\$&');
    }
  }
  return new RegExp(`^${source}$`);
}

// ---- principals

type Level = 'none' | 'account' | 'role' | 'itself';

function principalLevel(statement: ReferenceStatement, request: ReferenceRequest, layers: ReferenceLayers): Level {
  const { Principal: named, NotPrincipal: excepted } = statement;
  if (named === undefined && excepted === undefined) return 'itself';
  const caller = request.principal;
  const bounded = layers.boundary !== undefined && OF_AN_ACCOUNT.includes(caller.type);
  if (excepted !== undefined && statement.Effect === 'Deny' && bounded) return 'itself';
  const entries = named ?? excepted ?? {};
  const levels: readonly Level[] =
    entries === '*'
      ? ['itself']
      : Object.entries(entries).flatMap(([type, names]) =>
          list(names).map((name) => nameLevel(type, name, caller, layers.resource?.trustedIds ?? {})),
        );
  // whom an identity provider vouches for is trusted by naming the provider alone
  const isOfProvider = caller.type === 'WebIdentity' || caller.type === 'SAML';
  const isGranting = (statement.Effect === 'Allow') === (named !== undefined);
  const { AWS: awsNames = [] } = entries === '*' ? {} : entries;
  if (isOfProvider && !isGranting && list(awsNames).includes('*')) return named !== undefined ? 'itself' : 'none';
  const strongest = (['itself', 'role', 'account'] as const).find((level) => levels.includes(level)) ?? 'none';
  if (named !== undefined) return strongest;
  // the documentation's example lists the account beside the one user who is not denied, and denies all others of that account
  const isNamedItself = strongest === 'itself' || (caller.type === 'Account' && strongest === 'account');
  const isExcepted = statement.Effect === 'Deny' ? isNamedItself : strongest !== 'none';
  return isExcepted ? 'none' : 'itself';
}

function nameLevel(type: string, name: string, caller: ReferenceCaller, ids: Readonly<Record<string, string>>): Level {
  const outside = caller.type === 'WebIdentity' || caller.type === 'SAML';
  if (type === 'Federated') return outside && (name === '*' || caller.federated?.includes(name)) ? 'itself' : 'none';
  if (type === 'Service') {
    return caller.type === 'Service' && (name === '*' || caller.services?.includes(name)) ? 'itself' : 'none';
  }
  if (type !== 'AWS') return 'none';
  if (name === '*') return outside ? 'none' : 'itself';
  if (!OF_AN_ACCOUNT.includes(caller.type)) return 'none';
  const byId = (id: string): Level => {
    if (caller.uniqueId !== id) return 'none';
    return caller.type === 'User' ? 'itself' : 'role';
  };
  if (name === caller.accountId || name === `arn:aws:iam::${caller.accountId}:root`) return 'account';
  if (!name.startsWith('arn:')) return byId(name);
  if (ids[name] !== undefined) return byId(ids[name]);
  if (name === caller.arn) return 'itself';
  return name === caller.roleArn || name === caller.userArn ? 'role' : 'none';
}

// ---- conditions

interface ReferenceCondition {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

function conditionHolds(condition: ReferenceCondition, request: ReferenceRequest, variables: boolean): boolean {
  const ifExists = condition.operator.endsWith('IfExists');
  const [set, name] = condition.operator.replace(/IfExists$/, '').includes(':')
    ? (condition.operator.replace(/IfExists$/, '').split(':') as [string, string])
    : ['', condition.operator.replace(/IfExists$/, '')];
  const raw = request.context.get(condition.key.toLowerCase());
  const given = raw === undefined ? [] : list(raw);
  const absent = raw === undefined || (Array.isArray(raw) && given.every((value) => value === ''));
  if (name === 'Null') return condition.values.some((wanted) => (wanted === 'true') === absent);
  if (ifExists && absent) return true;

  const negated = /Not/.test(name);
  const positive = name.replace('Not', '');
  const resolved = condition.values.map((value) =>
    /^(String|Arn|Bool)/.test(name) ? substitute(value, request, variables) : value,
  );
  if (negated && resolved.includes(undefined)) return false;
  const wanted = resolved.filter((value) => value !== undefined);
  if (resolved.length > 0 && wanted.length === 0) return false;

  const empty = absent || (set !== '' && given.every((value) => value === ''));
  if (set === 'ForAllValues' && empty) return true;
  if (set === 'ForAnyValue' && empty) return ifExists;
  if (absent) return negated;
  const matches = (value: string): boolean => wanted.some((pattern) => compare(positive, value, pattern));
  if (set === 'ForAllValues') return given.every((value) => matches(value) !== negated);
  if (set === 'ForAnyValue') return given.some((value) => matches(value) !== negated);
  return given.some(matches) !== negated;
}

/** The positive operators. `pattern` marks its literal characters by a backslash. */
function compare(operator: string, value: string, pattern: string): boolean {
  const plain = unmark(pattern);
  switch (operator) {
    case 'StringEquals':
      return value === plain;
    case 'StringEqualsIgnoreCase':
      return value.toLowerCase() === plain.toLowerCase();
    case 'StringLike':
      return like(pattern, value);
    case 'ArnEquals':
    case 'ArnLike':
      return arnLike(pattern, value);
    case 'Bool':
      return value.toLowerCase() === plain.toLowerCase() && /^(true|false)$/i.test(value);
    case 'IpAddress':
      return inRange(value, plain);
    case 'BinaryEquals':
      return value === plain;
    default:
      return ordered(operator, value, plain);
  }
}

function arnLike(pattern: string, value: string): boolean {
  const fields = value.split(':');
  if (fields.length < 6) return false;
  if (pattern === '*') return true;
  const wanted = splitUnmarked(pattern);
  if (wanted.length < 6) return false;
  const actual = [...fields.slice(0, 5), fields.slice(5).join(':')];
  return actual.every((field, index) => like(wanted[index] as string, field));
}

/** At its first five colons, whether marked or not. */
function splitUnmarked(pattern: string): readonly string[] {
  const parts = pattern.split(/\\?:/);
  if (parts.length <= 6) return parts;
  const separators = pattern.match(/\\?:/g) ?? [];
  let rest = parts[5] as string;
  for (let index = 6; index < parts.length; index++)
    rest += (separators[index - 1] as string) + (parts[index] as string);
  return [...parts.slice(0, 5), rest];
}

function ordered(operator: string, value: string, wanted: string): boolean {
  const [, kind, relation] = /^(Numeric|Date)(.*)$/.exec(operator) as unknown as [string, string, string];
  const read = (text: string): number => {
    if (kind === 'Numeric') return text === '' ? Number.NaN : Number(text);
    if (/^\d+$/.test(text)) return Number(text) * 1000;
    if (/^-\d+$/.test(text)) return new Date(0).setUTCFullYear(Number(text), 0, 1);
    // Date.parse takes much that is no ISO 8601
    return /^\d{4}-/.test(text) ? Date.parse(text) : Number.NaN;
  };
  const difference = read(value) - read(wanted);
  switch (relation) {
    case 'Equals':
      return difference === 0;
    case 'LessThan':
      return difference < 0;
    case 'LessThanEquals':
      return difference <= 0;
    case 'GreaterThan':
      return difference > 0;
    case 'GreaterThanEquals':
      return difference >= 0;
    default:
      throw new Error(`the reference knows no operator ${operator}`);
  }
}

/** IPv4 only; the vectors have IPv6. */
function inRange(value: string, range: string): boolean {
  const bits = (address: string): string =>
    address
      .split('.')
      .map((octet) => Number(octet).toString(2).padStart(8, '0'))
      .join('');
  const [network = '', prefix = '32'] = range.split('/');
  if (!/^\d+\.\d+\.\d+\.\d+$/.test(value)) return false;
  return bits(value).slice(0, Number(prefix)) === bits(network).slice(0, Number(prefix));
}
