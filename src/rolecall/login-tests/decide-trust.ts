import type { Authorizer } from '../../authorize/authorizer.ts';
import { nameOf } from '../../authorize/denial-reasons.ts';
import { roleTargets } from '../../authorize/role-targets.ts';
import { isKeyOfCall } from '../../evaluation/keys-of-call.ts';
import type { NamedRole } from '../../identity/roles/role-directory.ts';
import type { Decision } from '../../policy/combine/decision.ts';
import { scopeOf } from '../../policy/combine/match-statement.ts';
import { mismatchesOf } from '../../policy/explain/trace.ts';
import type { PresentedToken } from './present-token.ts';

/** What the trust policy says to one action. */
export interface TrustDecision {
  readonly action: string;
  readonly decision: Decision;
}

/** Where a call comes from is not known. */
const UNKNOWN_SOURCE = { ip: '', userAgent: undefined, referer: undefined, secure: true, region: undefined };

/** Decides whether a role lets the bearer of a token in: by the same targets and the same engine as the call itself. */
export async function decideTrust(
  authorizer: Pick<Authorizer, 'decide'>,
  named: NamedRole,
  { proven, now }: { readonly proven: NonNullable<PresentedToken['proven']>; readonly now: number },
): Promise<readonly TrustDecision[]> {
  const { actions, ...facts } = proven.question;
  const decisions: TrustDecision[] = [];
  for (const target of roleTargets(named, actions, facts)) {
    const { decision } = await authorizer.decide({ caller: undefined, source: UNKNOWN_SOURCE, now }, target);
    decisions.push({ action: target.action, decision });
  }
  return decisions;
}

/** Every statement of the trust policy, with every part that does not match. */
export function tracedStatements({ request, layers }: Decision) {
  const scope = scopeOf(request, layers);
  const statements = layers.resource?.policies.policies.flatMap((policy) => policy.statements) ?? [];
  return statements.map((statement) => ({
    statement: nameOf(statement).sid,
    effect: statement.effect,
    mismatches: [...mismatchesOf(statement, scope)],
  }));
}

/** The condition keys of the trust policy that only the call itself decides. */
export function keysOfCallIn({ request, layers }: Decision): readonly string[] {
  const statements = layers.resource?.policies.policies.flatMap((policy) => policy.statements) ?? [];
  const keys = statements.flatMap(({ conditions }) => conditions.map(({ key }) => key));
  const isUnknown = (key: string): boolean => isKeyOfCall(key) && !GIVEN.has(key) && !key.startsWith(REQUEST_TAG);
  const unknown = keys.filter((key) => isUnknown(key.toLowerCase()) || isUnnamedSession(key, request.context));
  return [...new Set(unknown)];
}

/** These come from the token. */
const GIVEN: ReadonlySet<string> = new Set([
  'sts:rolesessionname',
  'sts:sourceidentity',
  'sts:transitivetagkeys',
  'aws:tagkeys',
]);
const REQUEST_TAG = 'aws:requesttag/';
const SESSION_NAME = 'sts:rolesessionname';

function isUnnamedSession(key: string, context: Decision['request']['context']): boolean {
  return key.toLowerCase() === SESSION_NAME && context.get(SESSION_NAME) === undefined;
}
