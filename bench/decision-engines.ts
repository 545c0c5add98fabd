import { isIPv4 } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import cedar from '@cedar-policy/cedar-wasm/nodejs';
import { newEnforcer, newModelFromString } from 'casbin';
import { decide } from '../src/policy/combine/decide.ts';
import { compilePolicyText, type PolicySource } from '../src/policy/compile/compile-policy.ts';
import { compilePolicySet } from '../src/policy/compile/policy-set.ts';
import { CALLER, type Workload, type WorkloadContext, type WorkloadStatement } from './decision-workload.ts';

/** An engine that decides the workload's requests, by index. Everything it needs for a request is prepared in advance. */
export interface DecisionEngine {
  decide(index: number): boolean;
}

/** A policy of the workload in AWS's format. */
export function policyText(statements: readonly WorkloadStatement[], isResource: boolean): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: statements.map(({ effect, actions, resources, condition }, index) => ({
      Sid: `S${index}`,
      Effect: effect,
      ...(isResource && { Principal: '*' }),
      Action: actions,
      Resource: resources,
      ...(condition && { Condition: conditionElement(condition) }),
    })),
  });
}

function conditionElement(condition: NonNullable<WorkloadStatement['condition']>): object {
  switch (condition.kind) {
    case 'team':
      return { StringEquals: { 'aws:PrincipalTag/team': condition.team } };
    case 'secure':
      return { Bool: { 'aws:SecureTransport': 'true' } };
    case 'network':
      return { IpAddress: { 'aws:SourceIp': condition.range } };
  }
}

/** The condition keys of a request. */
export function contextOf({ team, secure, sourceIp }: WorkloadContext): Map<string, string> {
  return new Map([
    ['aws:principaltag/team', team],
    ['aws:securetransport', String(secure)],
    ['aws:sourceip', sourceIp],
  ]);
}

/** Our engine. */
export function rolecall({ policies, resourcePolicy, requests }: Workload): DecisionEngine {
  const setOf = (texts: readonly string[], type: PolicySource['type']) =>
    compilePolicySet(texts.map((text, index) => compilePolicyText(text, { id: `${type}-${index}`, type })));
  const layers = {
    identity: setOf(
      policies.map((statements) => policyText(statements, false)),
      'managed',
    ),
    resource: { kind: 'resource' as const, policies: setOf([policyText(resourcePolicy, true)], 'resource') },
  };
  const asked = requests.map(({ action, resource, context }) => ({
    principal: CALLER,
    action,
    resource,
    resourceAccountId: CALLER.accountId,
    context: contextOf(context),
  }));
  return { decide: (index) => decide(asked[index] as (typeof asked)[number], layers).allowed };
}

// Node 20 crashes with "unreachable code" when it deoptimises an inlined call into WebAssembly, as Cedar's calls are here.
if (process.versions.node.startsWith('20.')) setFlagsFromString('--no-turbo-inline-js-wasm-calls');

/** Cedar, with its policy set parsed once and kept inside the engine. */
export function cedarWasm(workload: Workload, name: string): DecisionEngine {
  const statements = [...workload.policies.flat(), ...workload.resourcePolicy];
  const text = statements.map(cedarPolicy).join('\n');
  const parsed = cedar.preparsePolicySet(name, { staticPolicies: text });
  if (parsed.type !== 'success') throw new Error(`cedar cannot read its policies: ${JSON.stringify(parsed.errors)}`);
  const calls = workload.requests.map(({ action, resource, context }) => ({
    principal: { type: 'User', id: 'alice' },
    action: { type: 'Action', id: action },
    resource: { type: 'Resource', id: resource },
    context: { ...context, action, resource },
    preparsedPolicySetId: name,
    entities: [],
  }));
  return {
    decide(index) {
      const answer = cedar.statefulIsAuthorized(calls[index] as (typeof calls)[number]);
      if (answer.type !== 'success') throw new Error(`cedar cannot decide: ${JSON.stringify(answer.errors)}`);
      return answer.response.decision === 'allow';
    },
  };
}

function cedarPolicy({ effect, actions, resources, condition }: WorkloadStatement): string {
  const like = (key: string) => (pattern: string) => `context.${key} like "${pattern}"`;
  const action = (pattern: string) =>
    pattern.endsWith('*') ? like('action')(pattern) : `action == Action::"${pattern}"`;
  const parts = [`(${actions.map(action).join(' || ')})`, `(${resources.map(like('resource')).join(' || ')})`];
  if (condition?.kind === 'team') parts.push(`context.team == "${condition.team}"`);
  if (condition?.kind === 'secure') parts.push('context.secure');
  if (condition?.kind === 'network') parts.push(`ip(context.sourceIp).isInRange(ip("${condition.range}"))`);
  return `${effect === 'Allow' ? 'permit' : 'forbid'} (principal, action, resource) when { ${parts.join(' && ')} };`;
}

const CASBIN_MODEL = `
[request_definition]
r = act, obj, ctx
[policy_definition]
p = act, obj, cond, eft
[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))
[matchers]
m = keyMatch(r.act, p.act) && keyMatch(r.obj, p.obj) && holds(p.cond, r.ctx)
`;

/** casbin: one rule per pair of action and resource, with conditions evaluated by a function of ours. */
export async function casbin({ policies, resourcePolicy, requests }: Workload): Promise<DecisionEngine> {
  const enforcer = await newEnforcer(newModelFromString(CASBIN_MODEL));
  const rules = [...policies.flat(), ...resourcePolicy].flatMap(({ effect, actions, resources, condition }) =>
    actions.flatMap((action) =>
      resources.map((resource) => [action, resource, JSON.stringify(condition ?? null), effect.toLowerCase()]),
    ),
  );
  // Two statements may yield the same rule, which counts once.
  const distinct = new Map(rules.map((rule) => [rule.join('\n'), rule]));
  await enforcer.addPolicies([...distinct.values()]);
  const tests = new Map(rules.map(([, , condition = 'null']) => [condition, conditionTest(condition)]));
  await enforcer.addFunction(
    'holds',
    (condition: string, context: WorkloadContext) => tests.get(condition)?.(context) ?? false,
  );
  return {
    decide(index) {
      const { action, resource, context } = requests[index] as (typeof requests)[number];
      return enforcer.enforceSync(action, resource, context);
    },
  };
}

function conditionTest(text: string): (context: WorkloadContext) => boolean {
  const condition = JSON.parse(text) as WorkloadStatement['condition'] | null;
  if (!condition) return () => true;
  switch (condition.kind) {
    case 'team':
      return (context) => context.team === condition.team;
    case 'secure':
      return (context) => context.secure;
    case 'network':
      return ({ sourceIp }) => isIPv4(sourceIp) && sourceIp.startsWith('10.');
  }
}
