import { type CompiledActions, matchesAction } from './compile-actions.ts';
import type { CompiledPolicy, CompiledStatement } from './compiled-policy.ts';
import { indexResources, type ResourceIndex } from './resource-index.ts';

/** The statements of a set that are about one action, by effect, found by resource. */
export interface ActionStatements {
  readonly denies: ResourceIndex | undefined;
  readonly allows: ResourceIndex | undefined;
}

/** The policies of one layer (all identity policies of a principal, for example), indexed. It does not change. */
export interface PolicySet {
  readonly policies: readonly CompiledPolicy[];
  /** A policy that could not be read: what it belongs to is denied. */
  readonly unreadable: CompiledPolicy | undefined;
  /** The statements about an action (`service:Action`, without regard to case). */
  statementsFor(action: string): ActionStatements;
}

/** How many actions a set remembers the statements of; which they are depends on what is asked, so there is an end to it. */
const REMEMBERED_ACTIONS = 1024;

/** Puts policies together. Their order does not matter. */
export function compilePolicySet(policies: readonly CompiledPolicy[]): PolicySet {
  const index = indexActions(policies.flatMap((policy) => policy.statements));
  const remembered = new Map<string, ActionStatements>();
  return Object.freeze({
    policies,
    unreadable: policies.find((policy) => policy.error !== undefined),
    statementsFor(action: string): ActionStatements {
      const known = remembered.get(action);
      if (known) return known;
      const found = split(statementsAbout(index, action.toLowerCase()));
      if (remembered.size >= REMEMBERED_ACTIONS) remembered.clear();
      remembered.set(action, found);
      return found;
    },
  });
}

interface ActionIndex {
  /** By an action's exact name. */
  readonly byName: ReadonlyMap<string, readonly CompiledStatement[]>;
  /** Those with wildcards, by the service that they begin with. */
  readonly byService: ReadonlyMap<string, readonly CompiledStatement[]>;
  /** Those that may be about any service. */
  readonly others: readonly CompiledStatement[];
}

function indexActions(statements: readonly CompiledStatement[]): ActionIndex {
  const byName = new Map<string, CompiledStatement[]>();
  const byService = new Map<string, CompiledStatement[]>();
  const others: CompiledStatement[] = [];
  for (const statement of statements) {
    const services = servicesOf(statement.actions);
    if (!services) {
      others.push(statement);
      continue;
    }
    for (const service of services) append(byService, service, statement);
    for (const name of statement.actions.exact) append(byName, name, statement);
  }
  return { byName, byService, others };
}

/** The services that the wildcards of a statement are in; `undefined` where they may be in any. */
function servicesOf({ negated, patterns }: CompiledActions): ReadonlySet<string> | undefined {
  if (negated) return undefined;
  const services = new Set<string>();
  for (const pattern of patterns) {
    const wildcard = pattern.search(/[*?]/);
    if (wildcard < 0) continue;
    const colon = pattern.indexOf(':');
    if (colon < 0 || wildcard < colon) return undefined;
    services.add(pattern.slice(0, colon).toLowerCase());
  }
  return services;
}

function append(map: Map<string, CompiledStatement[]>, key: string, statement: CompiledStatement): void {
  const list = map.get(key);
  if (list) list.push(statement);
  else map.set(key, [statement]);
}

/** A statement may be found by a name and by a wildcard, and counts once. */
function statementsAbout(index: ActionIndex, lowerCaseAction: string): readonly CompiledStatement[] {
  const service = lowerCaseAction.slice(0, lowerCaseAction.indexOf(':'));
  const found = new Set(index.byName.get(lowerCaseAction));
  for (const statement of [...(index.byService.get(service) ?? []), ...index.others]) {
    if (matchesAction(statement.actions, lowerCaseAction)) found.add(statement);
  }
  return [...found];
}

const NOTHING: ActionStatements = Object.freeze({ denies: undefined, allows: undefined });

function split(statements: readonly CompiledStatement[]): ActionStatements {
  if (statements.length === 0) return NOTHING;
  const ofEffect = (effect: CompiledStatement['effect']): ResourceIndex | undefined => {
    const some = statements.filter((statement) => statement.effect === effect);
    return some.length > 0 ? indexResources(some) : undefined;
  };
  return { denies: ofEffect('Deny'), allows: ofEffect('Allow') };
}
