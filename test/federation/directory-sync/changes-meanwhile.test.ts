import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { DirectoryConnector, ListedPerson } from '../../../src/federation/connectors/directory-connector.ts';
import { type DirectorySyncs, openDirectorySyncs } from '../../../src/federation/directory-sync/open-syncs.ts';
import type { SyncReport } from '../../../src/federation/directory-sync/sync-report.ts';
import type { DirectorySyncsDependencies } from '../../../src/federation/directory-sync/sync-run.ts';
import type { Connector } from '../../../src/identity/documents/connector.ts';
import { isDisabled, type User } from '../../../src/identity/documents/user.ts';
import { signInLinked } from '../../../src/identity/links/sign-in-linked.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import { EPHEMERAL_KEYS } from '../../../src/ports/ephemeral-keys.ts';
import { openIdentities } from '../../support/open-identities.ts';
import { until } from '../../support/until.ts';
import { ACCOUNT, connectorNamed } from './sync-scene.ts';

const SUBJECTS = ['alice', 'bob'];

describe('what changes while a directory sync runs', () => {
  let identities: Awaited<ReturnType<typeof openIdentities>>;
  let syncs: DirectorySyncs;
  let connector: Connector;
  let people: Map<string, ListedPerson>;
  let meanwhile: () => Promise<unknown>;
  let beforeTheEnd: () => Promise<unknown>;
  const faults: unknown[] = [];
  let interval = 1;
  /** Who is found by a search, although the list may lack them. */
  const isThere = new Set<string>();
  const claimsOf = (subject: string) => ({ uid: subject, groups: ['team'] });
  /** A stand-in for the directory. It names one group for everybody. */
  const directory: DirectoryConnector = {
    get syncIntervalMs() {
      return interval;
    },
    fullSyncIntervalMs: 60_000,
    async list({ isWanted, onBegin, onPage }) {
      onBegin({ isFull: true, fullBecause: undefined });
      const wanted = [...people.values()].filter(({ subject }) => isWanted(subject));
      await onPage(
        wanted.map((person) => ({ ...person, claims: claimsOf(person.subject) })),
        people.size,
      );
      await beforeTheEnd();
      return { listed: people.size, has: (subject) => people.has(subject), mark: undefined };
    },
    async present(subjects) {
      return new Set(subjects.filter((subject) => isThere.has(subject)));
    },
    async read({ subject }) {
      await meanwhile();
      return {
        subject,
        claims: claimsOf(subject),
        amr: [],
        acr: undefined,
        authTime: undefined,
        sessionId: undefined,
        logoutSubject: undefined,
      };
    },
  };

  const dependencies = (): DirectorySyncsDependencies => ({
    store: identities.identities,
    ephemeral: identities.ephemeral,
    random: identities.random,
    clock: systemClock,
    open: ({ name }) => {
      if (name === 'broken') throw new Error('the secret cannot be opened');
      return directory;
    },
    audit: async () => undefined,
    ended: async () => undefined,
    onFault: (fault) => faults.push(fault),
  });

  beforeAll(async () => {
    identities = await openIdentities();
    await identities.addAccount(ACCOUNT);
    const { identities: store } = identities;
    await store.groups.insert({
      accountId: ACCOUNT,
      groupId: 'AGPATEAM',
      groupName: 'Team',
      nameKey: 'team',
      path: '/',
      createdAt: 1,
      inlinePolicies: [],
      attachedPolicies: [],
    });
    syncs = openDirectorySyncs(dependencies());
  });
  afterAll(async () => {
    await syncs.close();
    await identities.close();
  });

  const userOf = async (name: string): Promise<User> => {
    const { items } = await identities.identities.users.find('byName', [ACCOUNT, name], { limit: 1 });
    if (items[0] === undefined) throw new Error('there is no such user');
    return items[0];
  };
  const change = async (name: string, by: (old: User) => User): Promise<void> => {
    const { accountId, userId } = await userOf(name);
    await identities.identities.users.update([accountId, userId], by);
  };

  beforeEach(async () => {
    const { identities: store, random } = identities;
    for (const name of SUBJECTS) {
      const { items } = await store.users.find('byName', [ACCOUNT, name], { limit: 1 });
      for (const { userId } of items) await store.users.remove([ACCOUNT, userId]);
    }
    await store.connectors.remove([ACCOUNT, 'corp']);
    await identities.ephemeral.delete([EPHEMERAL_KEYS.directorySyncState.of('corp-id')]);
    connector = connectorNamed('corp', 'corp-id');
    await store.connectors.insert(connector);
    for (const subject of SUBJECTS) {
      const person = { userName: subject, displayName: undefined, email: undefined, groups: [] };
      await signInLinked({ store, random, clock: systemClock }, { connector, subject, person });
    }
    people = new Map(SUBJECTS.map((subject) => [subject, { subject, dn: `uid=${subject}` }]));
    meanwhile = async () => undefined;
    beforeTheEnd = async () => undefined;
  });

  async function sync(): Promise<SyncReport | undefined> {
    await syncs.start(connector, { isDryRun: false, mayDisable: undefined, restarts: true });
    let report: SyncReport | undefined;
    await until(async () => {
      report = await syncs.report(connector);
      return report?.finishedAt !== undefined;
    });
    await until(async () => (await syncs.report(connector))?.state !== 'running');
    return report;
  }

  test('groups follow if nothing does', async () => {
    expect(await sync()).toMatchObject({ state: 'succeeded', counts: { update: 2 } });
    expect((await userOf('alice')).groupIds).toEqual(['AGPATEAM']);
  });

  test('[S36] a user whom an administrator unlinked gets no groups', async () => {
    meanwhile = () => change('alice', (old) => ({ ...old, links: [], groupIds: [] }));
    await sync();
    expect(await userOf('alice')).toMatchObject({ links: [], groupIds: [] });
  });

  test('[S36] nothing more is given once the connector is disabled, or by rules that were taken back', async () => {
    const { connectors } = identities.identities;
    people.delete('bob');
    const changes: ((old: Connector) => Connector)[] = [
      (old) => ({ ...old, enabled: false }),
      (old) => ({ ...old, rules: { ...old.rules, groups: { map: [], always: [] } } }),
    ];
    for (const by of changes) {
      beforeTheEnd = () => connectors.update([ACCOUNT, 'corp'], by);
      expect(await sync()).toMatchObject({
        state: 'failed',
        message: expect.stringContaining('the connector was changed'),
      });
      expect((await userOf('alice')).groupIds).toEqual([]);
      expect(isDisabled(await userOf('bob'))).toBe(false);
      await connectors.update([ACCOUNT, 'corp'], () => connector);
    }
  });

  test('[S36] a person who is missing from the list, but there, is not disabled', async () => {
    people.delete('bob');
    isThere.add('bob');
    expect(await sync()).toMatchObject({ state: 'succeeded', counts: { disable: 0 } });
    expect(isDisabled(await userOf('bob'))).toBe(false);
    isThere.clear();
    expect(await sync()).toMatchObject({ state: 'succeeded', counts: { disable: 1 } });
    expect(isDisabled(await userOf('bob'))).toBe(true);
  });

  describe('a process that ends before its sync does', () => {
    const never = () => new Promise<never>(() => undefined);
    const leaseKey = () => EPHEMERAL_KEYS.directorySyncLease.of('corp-id');
    const begin = async (restarts = true) => {
      const other = openDirectorySyncs(dependencies());
      people.delete('bob');
      beforeTheEnd = never;
      await other.start(connector, { isDryRun: false, mayDisable: 1, restarts });
      await until(async () => (await other.report(connector))?.listed === 1);
      expect(await other.report(connector)).toMatchObject({
        state: 'running',
        progress: { phase: 'comparing', checked: 1, found: 1, made: 0 },
      });
      beforeTheEnd = async () => undefined;
      return other;
    };
    const ended = () => until(async () => (await syncs.report(connector))?.finishedAt !== undefined);

    test('[S36] disables nobody on the ground of half a list, and another one begins again', async () => {
      const other = await begin();
      // As when the process is killed: nobody renews the lease.
      await identities.ephemeral.delete([leaseKey()]);
      expect(await syncs.report(connector)).toMatchObject({ state: 'failed', message: expect.stringMatching(/again/) });
      expect(isDisabled(await userOf('bob'))).toBe(false);
      await syncs.startDue();
      await ended();
      expect(await syncs.report(connector)).toMatchObject({ state: 'succeeded', restart: { begun: 2, mayDisable: 1 } });
      expect(isDisabled(await userOf('bob'))).toBe(true);
      await other.close();
    });

    test('gives its lease back at once if it is stopped', async () => {
      const other = await begin();
      await other.close();
      expect(await identities.ephemeral.get(leaseKey())).toBeUndefined();
      expect(isDisabled(await userOf('bob'))).toBe(false);
      await syncs.startDue();
      await ended();
      expect(await syncs.report(connector)).toMatchObject({ state: 'succeeded', restart: { begun: 2 } });
    });

    test('is not begun again if it was a command', async () => {
      const other = await begin(false);
      await other.close();
      expect(await syncs.report(connector)).toMatchObject({
        state: 'failed',
        message: expect.stringMatching(/start it/),
      });
      await sync();
      await syncs.startDue();
      expect((await syncs.report(connector))?.restart?.begun).toBe(1);
    });
  });

  test('a dry run does not postpone the next sync', async () => {
    interval = 60 * 60_000;
    try {
      await syncs.start(connector, { isDryRun: true, mayDisable: undefined, restarts: true });
      await until(async () => (await syncs.report(connector))?.finishedAt !== undefined);
      await syncs.startDue();
      await until(async () => (await syncs.report(connector))?.isDryRun === false);
      await until(async () => (await syncs.report(connector))?.finishedAt !== undefined);
      const { startedAt } = (await syncs.report(connector)) ?? {};
      await syncs.startDue();
      expect((await syncs.report(connector))?.startedAt).toBe(startedAt);
    } finally {
      interval = 1;
    }
  });

  test('a connector that cannot be opened does not hold up the others', async () => {
    await identities.identities.connectors.insert(connectorNamed('broken', 'broken-id'));
    const started = (await syncs.report(connector))?.startedAt;
    await until(async () => {
      await syncs.startDue();
      return (await syncs.report(connector))?.startedAt !== started;
    });
    expect(faults).toContainEqual(new Error('the secret cannot be opened'));
  });
});
