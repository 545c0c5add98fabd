import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createManagedPolicy } from '../../src/identity/policies/create-managed-policy.ts';
import { createRole } from '../../src/identity/roles/create-role.ts';
import { QUOTAS } from '../../src/identity/rules/quotas.ts';
import { announceChanges } from '../../src/identity/store/announce-changes.ts';
import { type IdentityStore, openIdentityStore } from '../../src/identity/store/identity-store.ts';
import { createUser } from '../../src/identity/users/create-user.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import type { Collection } from '../../src/ports/collections.ts';
import { openEmbeddedStore } from '../../src/store/embedded/open-embedded-store.ts';
import { median } from '../measure.ts';
import { fillStore } from './fill-store.ts';
import { ACCOUNT, DOCUMENT, type MeasuredOperation, measuredOperations, TRUST } from './measured-operations.ts';

export const SIZES: readonly number[] = [0, 10_000, 100_000, 500_000];

/** The cost of an operation with a given number of entities of each kind. */
export interface GrowthFigure {
  readonly operation: string;
  readonly size: number;
  /** CPU time of the process, including all threads; median over the rounds. */
  readonly cpuMicroseconds: number;
  /** Relative to the same operation at the first size; median over the rounds. */
  readonly ratio: number;
  /** 4 KiB pages written; median over the rounds. Not affected by other programs. `undefined` if Linux does not report it. */
  readonly pages: number | undefined;
}

interface Cost {
  readonly cpu: number;
  readonly pages: number | undefined;
}

/** The number of calls measured together. Several are in progress at once, as on a server. */
const CALLS = 100;
const AT_ONCE = 20;
const ROUNDS = 25;
const WARM_UP_ROUNDS = 4;
/** Entities that exist at every size, so that a list always has the same to show. */
const ALWAYS = 200;

interface Scene {
  readonly size: number;
  readonly operations: readonly MeasuredOperation[];
}

/**
 * The cost of operations on one entity in the embedded store, as the number of users, roles and policies in one account grows.
 * There is one store per size, and they take turns, operation by operation, so that other load on the machine affects all of them
 * equally. The account quotas are lifted for this.
 */
export async function* growth(sizes: readonly number[], log: (line: string) => void): AsyncGenerator<GrowthFigure> {
  for (const quota of [QUOTAS.usersPerAccount, QUOTAS.rolesPerAccount, QUOTAS.policiesPerAccount])
    Object.assign(quota, { limit: Number.POSITIVE_INFINITY });
  const directory = mkdtempSync(join(tmpdir(), 'rolecall-growth-'));
  const closes: (() => Promise<void>)[] = [];
  try {
    const scenes: Scene[] = [];
    for (const size of sizes) {
      const from = performance.now();
      const { scene, close } = await openScene(join(directory, String(size)), size);
      closes.push(close);
      scenes.push(scene);
      log(`  ${size} of each: filled in ${((performance.now() - from) / 1000).toFixed(1)} s`);
    }
    for (let round = 0; round < WARM_UP_ROUNDS; round++) await measureRound(scenes, round);
    const rounds: Round[] = [];
    for (let round = 0; round < ROUNDS; round++) rounds.push(await measureRound(scenes, round));
    yield* figuresOf(rounds, sizes);
  } finally {
    for (const close of closes) await close();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** The cost of a call, by operation and size. */
type Round = ReadonlyMap<string, ReadonlyMap<number, Cost>>;

let calls = 0;

/** Runs the operations in sequence, each at all sizes, so that each finds what the previous ones created. */
async function measureRound(scenes: readonly Scene[], round: number): Promise<Round> {
  const first = calls;
  calls += CALLS;
  const costs = new Map<string, Map<number, Cost>>();
  const count = scenes[0]?.operations.length ?? 0;
  for (let step = 0; step < count; step++) {
    for (let turn = 0; turn < scenes.length; turn++) {
      const scene = scenes[(turn + round) % scenes.length];
      const operation = scene?.operations[step];
      if (scene === undefined || operation === undefined) continue;
      const bySize = costs.get(operation.name) ?? new Map<number, Cost>();
      costs.set(operation.name, bySize.set(scene.size, await measure(operation, first)));
    }
  }
  return costs;
}

async function measure({ run }: MeasuredOperation, first: number): Promise<Cost> {
  const written = writtenBytes();
  const before = process.cpuUsage();
  for (let n = 0; n < CALLS; n += AT_ONCE)
    await Promise.all(Array.from({ length: AT_ONCE }, (_, k) => run(first + n + k)));
  const { user, system } = process.cpuUsage(before);
  const bytes = (writtenBytes() ?? Number.NaN) - (written ?? Number.NaN);
  return { cpu: (user + system) / CALLS, pages: Number.isNaN(bytes) ? undefined : bytes / PAGE / CALLS };
}

const PAGE = 4096;

/** The number of bytes this process has written so far, mainly pages of its stores. */
function writtenBytes(): number | undefined {
  try {
    return Number(/^wchar: (\d+)$/m.exec(readFileSync('/proc/self/io', 'utf8'))?.[1]);
  } catch {
    return undefined;
  }
}

function* figuresOf(rounds: readonly Round[], sizes: readonly number[]): Generator<GrowthFigure> {
  const [least] = sizes;
  for (const operation of rounds[0]?.keys() ?? []) {
    const costsAt = (size = 0): readonly Cost[] =>
      rounds.map((round) => round.get(operation)?.get(size) ?? { cpu: Number.NaN, pages: undefined });
    const base = costsAt(least);
    for (const size of sizes) {
      const costs = costsAt(size);
      const pages = costs.map((cost) => cost.pages).filter((count) => count !== undefined);
      yield {
        operation,
        size,
        cpuMicroseconds: median(costs.map(({ cpu }) => cpu)),
        ratio: median(costs.map(({ cpu }, round) => cpu / (base[round]?.cpu ?? Number.NaN))),
        pages: pages.length === 0 ? undefined : median(pages),
      };
    }
  }
}

/** A store with the given number of users, roles and policies. */
async function openScene(directory: string, size: number): Promise<{ scene: Scene; close: () => Promise<void> }> {
  const opened = await openEmbeddedStore({ directory, clock: systemClock });
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
  await fillStore(plain, patterns, { from: 0, to: ALWAYS + size, random });
  await readThrough(plain);
  return { scene: { size, operations: measuredOperations({ store, random, shared }) }, close: opened.close };
}

/** Reads everything once, so that no size is charged for first-time page loads. */
async function readThrough({ users, roles, managedPolicies }: IdentityStore): Promise<void> {
  for (const collection of [users, roles, managedPolicies] as readonly Pick<Collection<object>, 'find'>[]) {
    for (let after: string | undefined, more = true; more; more = after !== undefined) {
      const page = await collection.find('byName', [ACCOUNT], {
        limit: 1000,
        ...(after === undefined ? {} : { after }),
      });
      after = page.next;
    }
  }
}
