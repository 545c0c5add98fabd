import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { decide } from '../src/policy/combine/decide.ts';
import { compilePolicyText } from '../src/policy/compile/compile-policy.ts';
import { compilePolicySet, type PolicySet } from '../src/policy/compile/policy-set.ts';
import type { SizeBench, SizeFigure } from './bench.ts';
import { contextOf, policyText } from './decision-engines.ts';
import { CALLER, makeWorkload, type Workload } from './decision-workload.ts';

const SETS = 500;
/** The statements of a set are 10 policies of so many. */
const STATEMENTS_PER_POLICY = 5;

/** What the process holds after everything that can go is gone: V8's heap, and what it holds outside of it. */
function heldBytes(collectGarbage: () => void): number {
  // what has finalisers goes in the round after
  for (let round = 0; round < 4; round++) collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** The workload's policies in an account of their own, so that no set's ARNs, names or texts are another's. */
function compileSet({ policies }: Workload, account: string): PolicySet {
  return compilePolicySet(
    policies.map((statements, index) => {
      // through a buffer, because a text put together of others would refer to them
      const text = Buffer.from(policyText(statements, false).replaceAll(CALLER.accountId, account)).toString();
      return compilePolicyText(text, { id: `arn:aws:iam::${account}:policy/policy-${index}`, type: 'managed' });
    }),
  );
}

function useSet(identity: PolicySet, { requests }: Workload, account: string): void {
  for (const { action, resource, context } of requests) {
    decide(
      {
        principal: CALLER,
        action,
        resource: resource.replace(CALLER.accountId, account),
        resourceAccountId: CALLER.accountId,
        context: contextOf(context),
      },
      { identity },
    );
  }
}

function measureSets(): readonly SizeFigure[] {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  const workload = makeWorkload(STATEMENTS_PER_POLICY);
  const accountOf = (index: number): string => String(100_000_000_000 + index);
  // what the process makes once for all sets does not count
  useSet(compileSet(workload, accountOf(SETS)), workload, accountOf(SETS));
  const before = heldBytes(collectGarbage);
  const sets = Array.from({ length: SETS }, (_, index) => compileSet(workload, accountOf(index)));
  const compiled = heldBytes(collectGarbage);
  for (const [index, set] of sets.entries()) useSet(set, workload, accountOf(index));
  const used = heldBytes(collectGarbage);
  return [
    { bench: 'policy-memory', variant: '50 statements, compiled', bytes: (compiled - before) / sets.length },
    { bench: 'policy-memory', variant: '50 statements, after 1,000 decisions', bytes: (used - before) / sets.length },
  ];
}

/** How much memory a compiled set of policies takes, all in: texts, indexes, and what deciding leaves behind. */
export const benches: readonly SizeBench[] = [{ name: 'policy-memory', measureSizes: measureSets }];
