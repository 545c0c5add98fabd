import { conditionHolds, isOperator } from './conditions.ts';
import type {
  ReferenceCaller,
  ReferenceDocument,
  ReferenceLayers,
  ReferencePrincipal,
  ReferenceRequest,
  ReferenceStatement,
} from './documents.ts';
import { like, resourceLike, substitute } from './patterns.ts';

export type {
  ReferenceDocument,
  ReferenceLayers,
  ReferencePrincipal,
  ReferenceRequest,
  ReferenceStatement,
} from './documents.ts';

const OF_AN_ACCOUNT = ['Account', 'User', 'AssumedRole', 'FederatedUser'];

/**
 * Whether the request is allowed: the policy language once more, naive and uncompiled, written from AWS's documentation alone. It is
 * the oracle that the engine in src/policy is compared with; it shares no code with it, and may be slow. It takes well-formed
 * documents only, but for operators that do not exist; what else must be refused is tested elsewhere.
 */
export function referenceAllows(request: ReferenceRequest, layers: ReferenceLayers): boolean {
  const hasAccount = OF_AN_ACCOUNT.includes(request.principal.type);
  const sameAccount = hasAccount && request.principal.accountId === request.resourceAccountId;
  if (layers.boundary === 'missing') return false;
  const own = [layers.identity, layers.boundary ?? [], layers.session ?? []].flat();
  const controls = [...(layers.resourceControl ?? []), ...(hasAccount ? (layers.serviceControl ?? []) : [])];
  const all = [...own, ...(layers.resource?.documents ?? []), ...controls.flat()];
  if (!all.every(isReadable)) return false;
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

/** What a statement with an operator that does not exist is about, nobody knows. */
function isReadable(document: ReferenceDocument): boolean {
  return list(document.Statement).every((statement) => Object.keys(statement.Condition ?? {}).every(isOperator));
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
  // "the resource that includes a policy variable with no value will not match any resource"
  const some = patterns.some((pattern) => pattern !== undefined && resourceLike(pattern, request.resource));
  return statement.Resource !== undefined ? some : !some;
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
  const ids = layers.resource?.trustedIds ?? {};
  const isGranting = (statement.Effect === 'Allow') === (named !== undefined);
  const levels: readonly Level[] =
    entries === '*'
      ? ['itself']
      : Object.entries(entries).flatMap(([type, names]) =>
          list(names).map((name) => nameLevel(type, name, { caller, ids, isGranting })),
        );
  // whom an identity provider vouches for is trusted by naming the provider alone
  const isOfProvider = caller.type === 'WebIdentity' || caller.type === 'SAML';
  const { AWS: awsNames = [] } = entries === '*' ? {} : entries;
  if (isOfProvider && !isGranting && list(awsNames).includes('*')) return named !== undefined ? 'itself' : 'none';
  const strongest = (['itself', 'role', 'account'] as const).find((level) => levels.includes(level)) ?? 'none';
  if (named !== undefined) return strongest;
  return isExcepted(statement.Effect, caller.type, levels, entries) ? 'none' : 'itself';
}

/**
 * "When you use NotPrincipal, you must also specify the account ARN of the not-denied principal. Otherwise, the policy might deny
 * access to the entire account"; of a role session "AWS might validate the account first, then the role, and then the assumed-role user"
 */
function isExcepted(
  effect: 'Allow' | 'Deny',
  type: string,
  levels: readonly Level[],
  entries: ReferencePrincipal,
): boolean {
  if (effect === 'Allow') return levels.some((level) => level !== 'none');
  const named: readonly string[] = entries === '*' ? ['*'] : list(entries['AWS'] ?? []);
  if (named.includes('*') && levels.includes('itself')) return true;
  if (type === 'Account') return levels.includes('account');
  if (!levels.includes('itself')) return false;
  if (type === 'AssumedRole') return levels.includes('role') && levels.includes('account');
  return !OF_AN_ACCOUNT.includes(type) || levels.includes('account');
}

interface Naming {
  readonly caller: ReferenceCaller;
  readonly ids: Readonly<Record<string, string>>;
  readonly isGranting: boolean;
}

function nameLevel(type: string, name: string, { caller, ids, isGranting }: Naming): Level {
  const outside = caller.type === 'WebIdentity' || caller.type === 'SAML';
  if (type === 'Federated') return outside && (name === '*' || caller.federated?.includes(name)) ? 'itself' : 'none';
  if (type === 'Service') {
    return caller.type === 'Service' && (name === '*' || caller.services?.includes(name)) ? 'itself' : 'none';
  }
  if (type !== 'AWS') return 'none';
  if (name === '*') return outside ? 'none' : 'itself';
  if (!OF_AN_ACCOUNT.includes(caller.type)) return 'none';
  const byId = (id: string): Level => {
    const [entityId, session] = id.split(':');
    if (session !== undefined) {
      const isIt = caller.uniqueId === entityId && caller.arn.split('/').at(-1) === session;
      return isIt && caller.type === 'AssumedRole' ? 'itself' : 'none';
    }
    if (caller.uniqueId !== id) return 'none';
    return caller.type === 'User' ? 'itself' : 'role';
  };
  if (name === caller.accountId || name === `arn:aws:iam::${caller.accountId}:root`) return 'account';
  if (!name.startsWith('arn:')) return byId(name);
  // an ARN of which it is not known whom it named grants nothing, and denies by name all the same
  if (ids[name] === '' && isGranting) return 'none';
  if (ids[name]) return byId(ids[name]);
  if (name === caller.arn) return 'itself';
  return name === caller.roleArn || name === caller.userArn ? 'role' : 'none';
}
