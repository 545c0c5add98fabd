import { compilePolicyText } from '../src/policy/compile/compile-policy.ts';
import type { Bench, PreparedBench } from './bench.ts';
import { casbin, cedarWasm, type DecisionEngine, policyText, rolecall } from './decision-engines.ts';
import { makeWorkload, type Workload } from './decision-workload.ts';

/** Decides one request after the other, starting over at the end. */
function inTurn(engine: DecisionEngine, count: number): () => boolean {
  let index = 0;
  return () => {
    index = index + 1 < count ? index + 1 : 0;
    return engine.decide(index);
  };
}

/** The engines must agree, or the figures mean nothing. */
function requireAgreement({ requests }: Workload, engines: Readonly<Record<string, DecisionEngine>>): void {
  let allowed = 0;
  for (const index of requests.keys()) {
    const answers = Object.entries(engines).map(([name, engine]) => [name, engine.decide(index)] as const);
    if (new Set(answers.map(([, answer]) => answer)).size > 1) {
      throw new Error(`the engines differ on ${JSON.stringify(requests[index])}: ${JSON.stringify(answers)}`);
    }
    if (answers[0]?.[1]) allowed++;
  }
  if (allowed < requests.length / 10 || allowed > (requests.length * 9) / 10) {
    throw new Error(`${allowed} of ${requests.length} requests are allowed: too one-sided to measure`);
  }
}

async function prepareDecisions(statementsPerPolicy: number): Promise<PreparedBench> {
  const workload = makeWorkload(statementsPerPolicy);
  const engines = {
    rolecall: rolecall(workload),
    cedar: cedarWasm(workload, `workload-${statementsPerPolicy}`),
    casbin: await casbin(workload),
  };
  requireAgreement(workload, engines);
  const count = workload.requests.length;
  const variants = Object.entries(engines).map(
    ([name, engine]) => [name, { kind: 'sync', call: inTurn(engine, count) }] as const,
  );
  return { variants: Object.fromEntries(variants) };
}

function prepareGrowth(): PreparedBench {
  const variant = (statementsPerPolicy: number) => {
    const workload = makeWorkload(statementsPerPolicy);
    return { kind: 'sync', call: inTurn(rolecall(workload), workload.requests.length) } as const;
  };
  return { variants: { '50 statements': variant(5), '500 statements': variant(50) } };
}

const MAX_MANAGED_POLICY_LENGTH = 6144;

function prepareCompile(): PreparedBench {
  const statements = makeWorkload(50).policies.flat();
  let count = statements.length;
  while (policyText(statements.slice(0, count), false).length > MAX_MANAGED_POLICY_LENGTH) count--;
  const text = policyText(statements.slice(0, count), false);
  return {
    variants: {
      'JSON.parse': { kind: 'sync', call: () => JSON.parse(text) },
      compile: { kind: 'sync', call: () => compilePolicyText(text, { id: 'p', type: 'managed' }) },
    },
  };
}

/**
 * Compares our engine with those of other policy languages on equivalent policies, measures how it scales, and compiles
 * the longest managed policy.
 */
export const benches: readonly Bench[] = [
  { name: 'decision-50', against: 'cedar', prepare: () => prepareDecisions(5) },
  { name: 'decision-500', against: 'cedar', rounds: 5, prepare: () => prepareDecisions(50) },
  { name: 'decision-growth', against: '50 statements', prepare: prepareGrowth },
  { name: 'policy-compile', against: 'JSON.parse', prepare: prepareCompile },
];
