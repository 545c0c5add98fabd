import type { CompiledCondition } from '../../policy/compile/compile-condition.ts';
import { compileStatements } from '../../policy/compile/compile-policy.ts';
import { conditionKeysOf } from '../../policy/compile/condition-keys-of.ts';
import { parseDocument } from '../../policy/document/parse-document.ts';
import type { PolicyCondition, PolicyDocument } from '../../policy/document/policy-document.ts';
import { PolicySyntaxError } from '../../policy/document/policy-problem.ts';
import type { ContextValue } from '../../policy/request.ts';
import { flatClaims } from '../web-identity/flat-claims.ts';
import { isGroupDns, oneSpelling } from './group-dns.ts';
import type { Claims } from './read-claim.ts';

const PREFIX = 'login:';

/** What a login must meet: the `Condition` of a policy statement, over `login:` keys. */
export interface LoginCondition {
  /** The first condition that a login does not meet, as operator and key; `undefined` if it meets all. */
  failing(login: LoginFacts): string | undefined;
  /** The outcome of each condition, in the order in which they are written. A login must meet all. */
  outcomes(login: LoginFacts): readonly ConditionOutcome[];
}

/** One operator and one key of a condition, and whether a login meets it. */
export interface ConditionOutcome {
  readonly operator: string;
  readonly key: string;
  readonly wanted: readonly string[];
  /** The key's value in the login; `undefined` if it has none. */
  readonly actual: ContextValue | undefined;
  readonly holds: boolean;
}

export interface LoginFacts {
  readonly connector: string;
  readonly subject: string;
  readonly claims: Claims;
}

/** Compiles the text of a condition (JSON). @throws {Error} saying what is wrong with it. */
export function compileLoginCondition(text: string): LoginCondition {
  const conditions = conditionsOf(text);
  const foreign = conditions.find(({ key }) => !key.toLowerCase().startsWith(PREFIX));
  if (foreign !== undefined) throw new Error(`the key ${foreign.key} has no value at a sign-in: use ${PREFIX}<claim>`);
  if (conditions.length === 0) throw new Error('must test a key, or be left out');
  return {
    failing(login) {
      const context = contextOf(login);
      const failing = conditions.find((condition) => !condition.holds(context));
      return failing && `${failing.operator} ${failing.key}`;
    },
    outcomes(login) {
      const context = contextOf(login);
      return conditions.map((condition) => ({
        operator: condition.operator,
        key: condition.key,
        wanted: condition.values,
        actual: context.get(condition.key.toLowerCase()),
        holds: condition.holds(context),
      }));
    },
  };
}

/** The claims that a condition looks at, in its keys and in the variables of its values. */
export function claimsOfCondition(text: string): readonly string[] {
  return conditionKeysOf(documentOf(text)).flatMap((key) =>
    key.toLowerCase().startsWith(PREFIX) ? [key.slice(PREFIX.length)] : [],
  );
}

/** With distinguished names of groups in the spelling that the context has. @throws {PolicySyntaxError} */
function documentOf(text: string): PolicyDocument {
  const document = parseDocument(
    `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"login:Connect","Resource":"*","Condition":${text}}}`,
  );
  const statements = document.statements.map((statement) => ({
    ...statement,
    conditions: statement.conditions.map((condition) => ({ ...condition, values: valuesOf(condition) })),
  }));
  return { ...document, statements };
}

function valuesOf({ key, values }: PolicyCondition): PolicyCondition['values'] {
  const isOfDns = key.toLowerCase().startsWith(PREFIX) && isGroupDns(key.slice(PREFIX.length));
  return isOfDns ? values.map(({ text, at }) => ({ text: oneSpelling(text), at })) : values;
}

function conditionsOf(text: string): readonly CompiledCondition[] {
  try {
    const [statement] = compileStatements(documentOf(text), { id: 'condition', type: 'inline' });
    const conditions: CompiledCondition[] = [];
    for (let next = statement?.condition; next; next = next.next) conditions.push(next);
    return conditions;
  } catch (error) {
    if (!(error instanceof PolicySyntaxError)) throw error;
    const { problem } = error;
    const name = 'name' in problem ? ` ${String(problem.name)}` : '';
    throw new Error(`is not a valid Condition of a policy: ${problem.kind}${name}`, { cause: error });
  }
}

/** `login:<claim>` for every claim; members of objects are joined with dots. The connector and the subject are ours to say. */
function contextOf({ connector, subject, claims }: LoginFacts): ReadonlyMap<string, ContextValue> {
  const context = new Map<string, ContextValue>();
  for (const [claim, value] of flatClaims(claims)) {
    context.set(`${PREFIX}${claim}`.toLowerCase(), isGroupDns(claim) ? inOneSpelling(value) : value);
  }
  context.set(`${PREFIX}connector`, connector);
  context.set(`${PREFIX}subject`, subject);
  return context;
}

function inOneSpelling(value: ContextValue): ContextValue {
  return typeof value === 'string' ? oneSpelling(value) : value.map(oneSpelling);
}
