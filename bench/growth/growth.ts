import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createManagedPolicy } from '../../src/identity/policies/create-managed-policy.ts';
import { createRole } from '../../src/identity/roles/create-role.ts';
import { QUOTAS } from '../../src/identity/rules/quotas.ts';
import { announceChanges } from '../../src/identity/store/announce-changes.ts';
import { openIdentityStore } from '../../src/identity/store/identity-store.ts';
import { createUser } from '../../src/identity/users/create-user.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import { openEmbeddedStore } from '../../src/store/embedded/open-embedded-store.ts';
import { fillStore } from './fill-store.ts';
import { ACCOUNT, DOCUMENT, type MeasuredOperation, measuredOperations, TRUST } from './measured-operations.ts';

export const SIZES: readonly number[] = [0, 10_000, 100_000, 500_000];

/** What one operation costs where there are so many of each kind. */
export interface GrowthFigure {
  readonly operation: string;
  readonly size: number;
  /** CPU time of the process, all of its threads. */
  readonly cpuMicroseconds: number;
  /** Against the same with the first size. */
  readonly ratio: number;
}

/** Calls of an operation that are measured together; several are under way at once, as on a server. */
const CALLS = 400;
const AT_ONCE = 20;
const ROUNDS = 3;

let calls = 0;

/** Runs the operations in turn, so that each finds what those before it made; the least of the rounds' costs counts. */
async function measure(operations: readonly MeasuredOperation[]): Promise<ReadonlyMap<string, number>> {
  const least = new Map<string, number>();
  for (let round = 0; round < ROUNDS; round++) {
    const first = calls;
    calls += CALLS;
    for (const { name, run } of operations) {
      const before = process.cpuUsage();
      for (let n = 0; n < CALLS; n += AT_ONCE) {
        await Promise.all(Array.from({ length: AT_ONCE }, (_, k) => run(first + n + k)));
      }
      const { user, system } = process.cpuUsage(before);
      least.set(name, Math.min(least.get(name) ?? Number.POSITIVE_INFINITY, (user + system) / CALLS));
    }
  }
  return least;
}

/**
 * What operations on one entity cost on the embedded store, with more and more users, roles and policies in one account. The
 * quotas of an account are lifted for it.
 */
export async function* growth(sizes: readonly number[], tell: (line: string) => void): AsyncGenerator<GrowthFigure> {
  for (const quota of [QUOTAS.usersPerAccount, QUOTAS.rolesPerAccount, QUOTAS.policiesPerAccount])
    Object.assign(quota, { limit: Number.POSITIVE_INFINITY });
  const directory = mkdtempSync(join(tmpdir(), 'rolecall-growth-'));
  const opened = await openEmbeddedStore({ directory, clock: systemClock });
  try {
    const random = systemRandom();
    const plain = openIdentityStore(opened.collections);
    const store = announceChanges(plain, opened.ephemeral);
    const now = Date.now();
    const common = { accountId: ACCOUNT, now };
    const policy = { ...common, path: '/', document: DOCUMENT, description: undefined, tags: [] };
    const shared = await createManagedPolicy({ store, random }, { ...policy, policyName: 'shared' });
    const attachedPolicies = [{ policyArn: shared.arn, policyId: shared.policyId }];
    const user = await createUser({ store, random }, { ...common, userName: 'pattern' });
    const role = await createRole({ store, random }, { ...common, roleName: 'pattern', trustPolicy: TRUST });
    const patterns = { user: { ...user, attachedPolicies }, role: { ...role, attachedPolicies }, policy: shared };
    const operations = measuredOperations({ store, random, shared });
    await measure(operations);
    const base = new Map<string, number>();
    let filled = 0;
    for (const size of sizes) {
      const from = performance.now();
      await fillStore(plain, patterns, { from: filled, to: size, random });
      if (size > filled) tell(`  ${size} of each: filled in ${((performance.now() - from) / 1000).toFixed(1)} s`);
      filled = Math.max(filled, size);
      for (const [operation, cpuMicroseconds] of await measure(operations)) {
        const against = base.get(operation) ?? cpuMicroseconds;
        base.set(operation, against);
        yield { operation, size, cpuMicroseconds, ratio: cpuMicroseconds / against };
      }
    }
  } finally {
    await opened.close();
    rmSync(directory, { recursive: true, force: true });
  }
}
