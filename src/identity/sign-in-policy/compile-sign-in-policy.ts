import { findSignInKey, type SignInKeyName } from '../../policy/catalogue/signin-keys.ts';
import { type MatchScope, scopeOf } from '../../policy/combine/match-statement.ts';
import { compileStatements } from '../../policy/compile/compile-policy.ts';
import type { CompiledStatement } from '../../policy/compile/compiled-policy.ts';
import { conditionKeysOf } from '../../policy/compile/condition-keys-of.ts';
import { compilePolicySet } from '../../policy/compile/policy-set.ts';
import { parseDocument } from '../../policy/document/parse-document.ts';
import { type Mismatch, mismatchesOf } from '../../policy/explain/trace.ts';
import type { RequestContext } from '../../policy/request.ts';
import { DEMANDS, SIGN_IN_ACTIONS, type SignInAction, type SignInOutcome } from './actions.ts';

/** What one statement says to a sign-in. */
export interface StatementVerdict {
  /** Counts from 0. */
  readonly index: number;
  /** Its `Sid`, or else its place: `Statement 2`. */
  readonly name: string;
  /** What it demands; `undefined` if it does not apply. */
  readonly demands: SignInOutcome | undefined;
  /** What it demands of the sign-ins that it applies to. */
  readonly demandsIfMet: SignInOutcome | undefined;
  readonly isConditional: boolean;
  /** The conditions that do not hold, if it does not apply. */
  readonly unmet: readonly Extract<Mismatch, { readonly kind: 'condition' }>[];
}

/** What a policy says to a sign-in. */
export interface PolicyVerdict {
  /** What it demands. The sign-in may go on if its strength is enough for that. */
  readonly outcome: SignInOutcome;
  /** The names of the statements that demand it; empty for `allow`. */
  readonly decidedBy: readonly string[];
  readonly statements: readonly StatementVerdict[];
}

/** The sign-in policy of an account, ready to be evaluated. */
export interface SignInPolicy {
  /** The keys that it tests. Only these need values. */
  readonly keys: ReadonlySet<SignInKeyName>;
  verdict(context: RequestContext): PolicyVerdict;
}

const NO_POLICIES = { identity: compilePolicySet([]) };

function scopeFor(action: SignInAction, context: RequestContext): MatchScope {
  const principal = { type: 'Anonymous', arn: '', accountId: '', uniqueId: '' } as const;
  return scopeOf({ principal, action, resource: '*', resourceAccountId: '', context }, NO_POLICIES);
}

/** Compiles a policy that {@link requireValidSignInPolicy} has accepted. @throws {PolicySyntaxError} */
export function compileSignInPolicy(text: string): SignInPolicy {
  const document = parseDocument(text);
  const statements = compileStatements(document, { id: 'sign-in policy', type: 'inline' });
  const names = conditionKeysOf(document).map((name) => findSignInKey(name)?.name);
  return {
    keys: new Set(names.filter((name) => name !== undefined)),
    verdict: (context) => verdictOf(statements.map((statement) => judge(statement, context))),
  };
}

/** What the strictest statement demands. The order of statements does not matter. */
function verdictOf(statements: readonly StatementVerdict[]): PolicyVerdict {
  const { outcome } = DEMANDS.find((demand) => statements.some(({ demands }) => demands === demand.outcome)) ?? {
    outcome: 'allow' as const,
  };
  const deciding = statements.filter(({ demands }) => demands === outcome);
  return { outcome, decidedBy: deciding.map(({ name }) => name), statements };
}

function judge(statement: CompiledStatement, context: RequestContext): StatementVerdict {
  const { index, sid } = statement;
  const name = sid ?? `Statement ${index + 1}`;
  const met = DEMANDS.find(({ action }) => isAbout(statement, action, context));
  const unmet = [...mismatchesOf(statement, scopeFor(SIGN_IN_ACTIONS.anySignIn, context))].filter(
    (mismatch) => mismatch.kind === 'condition',
  );
  const demandsIfMet = met?.outcome;
  const isConditional = statement.condition !== undefined;
  return { index, name, demands: unmet.length === 0 ? demandsIfMet : undefined, demandsIfMet, isConditional, unmet };
}

/** Whether a statement is about an action, whatever its conditions say. */
function isAbout(statement: CompiledStatement, action: SignInAction, context: RequestContext): boolean {
  const parts = [...mismatchesOf(statement, scopeFor(action, context))];
  return parts.every(({ kind }) => kind === 'condition');
}
