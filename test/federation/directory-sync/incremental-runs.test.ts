import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { DirectoryConnector, ListMark } from '../../../src/federation/connectors/directory-connector.ts';
import { DirectoryFault } from '../../../src/federation/directory-client/directory-fault.ts';
import { type DirectorySyncs, openDirectorySyncs } from '../../../src/federation/directory-sync/open-syncs.ts';
import type { SyncReport } from '../../../src/federation/directory-sync/sync-report.ts';
import type { SyncOrder } from '../../../src/federation/directory-sync/sync-run.ts';
import type { Connector } from '../../../src/identity/documents/connector.ts';
import { isDisabled } from '../../../src/identity/documents/user.ts';
import { signInLinked } from '../../../src/identity/links/sign-in-linked.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import { EPHEMERAL_KEYS } from '../../../src/ports/ephemeral-keys.ts';
import { openIdentities } from '../../support/open-identities.ts';
import { until } from '../../support/until.ts';
import { ACCOUNT, connectorNamed } from './sync-scene.ts';

const SUBJECTS = ['alice', 'bob', 'carol'];
const login = (subject: string) => ({
  subject,
  claims: { uid: subject },
  amr: [],
  acr: undefined,
  authTime: undefined,
  sessionId: undefined,
  logoutSubject: undefined,
});

describe('incremental directory syncs', () => {
  let identities: Awaited<ReturnType<typeof openIdentities>>;
  let syncs: DirectorySyncs;
  let connector: Connector;
  /** Marks that the directory was asked with. */
  let asked: (ListMark | undefined)[];
  let place: number;
  let gone: readonly string[];
  /** Whom a search still finds, for example at a replica that is behind. */
  let present: readonly string[];
  let fault: DirectoryFault | undefined;
  const markAt = (value: number): ListMark => ({ people: { by: 'usn', server: 'dc', values: [String(value)] }, at: 1 });
  /** A stand-in for the directory: it says who has gone since a mark. */
  const directory: DirectoryConnector = {
    syncIntervalMs: 1,
    fullSyncIntervalMs: 24 * 60 * 60_000,
    async list({ since, isWanted, onBegin, onPage }) {
      asked.push(since);
      place += 1;
      const mark = markAt(place);
      const people = SUBJECTS.filter((subject) => !gone.includes(subject));
      onBegin(since === undefined ? { isFull: true, fullBecause: undefined } : { isFull: false });
      if (since !== undefined) {
        if (fault !== undefined) throw fault;
        return { listed: people.length, has: (subject) => people.includes(subject), mark };
      }
      const page = people.filter(isWanted).map((subject) => ({ ...login(subject), dn: `uid=${subject}` }));
      await onPage(page, people.length);
      return { listed: people.length, has: (subject) => people.includes(subject), mark };
    },
    present: async () => new Set(present),
    read: async ({ subject }) => login(subject),
  };

  beforeAll(async () => {
    identities = await openIdentities();
    await identities.addAccount(ACCOUNT);
    connector = connectorNamed('corp', 'corp-id');
    const { identities: store, random, ephemeral } = identities;
    await store.connectors.insert(connector);
    syncs = openDirectorySyncs({
      ...{ store, ephemeral, random, clock: systemClock, open: () => directory },
      audit: async () => undefined,
      ended: async () => undefined,
      onFault: (error) => {
        throw error;
      },
    });
  });
  afterAll(async () => {
    await syncs.close();
    await identities.close();
  });
  beforeEach(async () => {
    const { identities: store, random, ephemeral } = identities;
    await ephemeral.delete([EPHEMERAL_KEYS.directorySyncState.of('corp-id')]);
    for (const subject of SUBJECTS) {
      for (const user of await usersNamed(subject)) await store.users.remove([ACCOUNT, user.userId]);
      const person = { userName: subject, displayName: undefined, email: undefined, groups: [] };
      await signInLinked({ store, random, clock: systemClock }, { connector, subject, person });
    }
    [asked, place, gone, present, fault] = [[], 0, [], [], undefined];
  });

  const usersNamed = async (name: string) =>
    (await identities.identities.users.find('byName', [ACCOUNT, name], { limit: 1 })).items;
  const areDisabled = async () => (await Promise.all(SUBJECTS.map(usersNamed))).flat().filter(isDisabled).length;

  async function sync(order: Partial<SyncOrder> = {}): Promise<SyncReport | undefined> {
    const begin = () => syncs.start(connector, { isDryRun: false, mayDisable: undefined, restarts: true, ...order });
    await until(async () => (await begin())?.hasStarted === true);
    let report: SyncReport | undefined;
    await until(async () => {
      report = await syncs.report(connector);
      return report?.finishedAt !== undefined;
    });
    // The state for the next run is saved after the report, and before the lease is given back.
    const lease = EPHEMERAL_KEYS.directorySyncLease.of('corp-id');
    await until(async () => (await identities.ephemeral.get(lease)) === undefined);
    return report;
  }

  test('the first run lists everybody, the next ones what has changed, and the report says so', async () => {
    expect(await sync()).toMatchObject({ kind: 'full', listed: 3, fullBecause: expect.any(String) });
    gone = ['bob'];
    expect(await sync()).toMatchObject({ kind: 'incremental', listed: 2, linked: 3, counts: { disable: 1 } });
    expect(await areDisabled()).toBe(1);
    expect(await sync()).toMatchObject({ kind: 'incremental', counts: { disable: 0 } });
    expect(await sync({ isFull: true })).toMatchObject({ kind: 'full', listed: 2, fullBecause: 'it was asked for' });
    expect(asked).toEqual([undefined, markAt(1), markAt(2), undefined]);
  });

  test('[TRAPS sync: delta] a dry run, a refused run and a failed one do not advance the mark', async () => {
    await sync();
    gone = SUBJECTS.slice(1);
    expect(await sync({ isDryRun: true })).toMatchObject({ kind: 'incremental', counts: { disable: 2 } });
    expect(await sync({ mayDisable: 1 })).toMatchObject({ state: 'refused', kind: 'incremental' });
    fault = new DirectoryFault('timeout', 'no answer');
    expect(await sync()).toMatchObject({ state: 'failed', message: 'no answer' });
    fault = undefined;
    expect(await areDisabled()).toBe(0);
    expect(await sync()).toMatchObject({ state: 'succeeded', counts: { disable: 2 } });
    expect(asked.slice(1)).toEqual(Array.from({ length: 4 }, () => markAt(1)));
  });

  test('[S36] a change that could not be made is asked for again', async () => {
    await sync();
    gone = ['bob'];
    present = ['bob'];
    expect(await sync()).toMatchObject({ state: 'succeeded', counts: { disable: 0 } });
    present = [];
    expect(await sync()).toMatchObject({ state: 'succeeded', counts: { disable: 1 } });
    expect(asked.slice(1)).toEqual([markAt(1), markAt(1)]);
  });

  test('a server that cannot list what has changed lists everybody in the same run', async () => {
    await sync();
    fault = new DirectoryFault('result', 'search: inappropriate matching (18)', { code: 18 });
    gone = ['carol'];
    expect(await sync()).toMatchObject({ kind: 'full', fullBecause: fault.message, counts: { disable: 1 } });
    expect(asked).toEqual([undefined, markAt(1), undefined]);
  });
});
