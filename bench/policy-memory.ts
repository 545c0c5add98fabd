import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { decide } from '../src/policy/combine/decide.ts';
import { compilePolicyText } from '../src/policy/compile/compile-policy.ts';
import { compilePolicySet, type PolicySet } from '../src/policy/compile/policy-set.ts';
import type { SizeBench, SizeFigure } from './bench.ts';
import { contextOf, policyText } from './decision-engines.ts';
import { CALLER, makeWorkload, type Workload } from './decision-workload.ts';

const SETS = 500;
/** The number of statements in each of a set's ten policies. */
const STATEMENTS_PER_POLICY = 5;

/** The memory held by the process after garbage collection: V8's heap and external memory. */
function heldBytes(collectGarbage: () => void): number {
  // Objects with finalisers are only freed in the following round.
  for (let round = 0; round < 4; round++) collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Compiles the workload's policies for a separate account, so that sets do not share ARNs, names or texts. */
function compileSet({ policies }: Workload, account: string): PolicySet {
  return compilePolicySet(
    policies.map((statements, index) => {
      // Copied through a buffer, because a concatenated string would keep references to its parts.
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
  // Exclude what the process creates once for all sets.
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

/** The memory of a compiled policy set, including texts, indexes, and caches filled by deciding. */
export const benches: readonly SizeBench[] = [{ name: 'policy-memory', measureSizes: measureSets }];
