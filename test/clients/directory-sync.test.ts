import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { hasSlapd, type Slapd, startSlapd } from '../../harness/slapd.ts';
import { connectorSeeds } from '../../src/federation/connectors/connector-seeds.ts';
import { connectorListShape } from '../../src/federation/connectors/connector-settings.ts';
import { KIND_RULES } from '../../src/federation/connectors/kinds.ts';
import { connectorOpener } from '../../src/federation/connectors/open-connector.ts';
import { type DirectorySyncs, openDirectorySyncs } from '../../src/federation/directory-sync/open-syncs.ts';
import type { SyncChange, SyncReport } from '../../src/federation/directory-sync/sync-report.ts';
import type { SyncOrder } from '../../src/federation/directory-sync/sync-run.ts';
import { seedConnectors } from '../../src/identity/connectors/seed-connectors.ts';
import type { Connector } from '../../src/identity/documents/connector.ts';
import type { User } from '../../src/identity/documents/user.ts';
import { signInLinked } from '../../src/identity/links/sign-in-linked.ts';
import { disableUser } from '../../src/identity/users/disable-user.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import type { Sealer } from '../../src/keys/key-ring.ts';
import type { Ephemeral } from '../../src/ports/ephemeral.ts';
import { EPHEMERAL_KEYS } from '../../src/ports/ephemeral-keys.ts';
import { openIdentities } from '../support/open-identities.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';
import { until } from '../support/until.ts';
import { ACCESS, ldifEntry, PASSWORD, READER, SUFFIX, SUFFIX_ENTRIES } from './directory-scene.ts';
import { withPeer } from './with-peer.ts';

const ACCOUNT = '123456789012';
const PEOPLE = 30;
const uuidOf = (index: number) => `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
const dnOf = (index: number) => `uid=p${index},ou=people,${SUFFIX}`;
const personLdif = (index: number) =>
  ldifEntry(dnOf(index), {
    objectClass: 'inetOrgPerson',
    uid: `p${index}`,
    cn: `Person ${index}`,
    sn: 'Person',
    userPassword: PASSWORD,
    entryUUID: uuidOf(index),
  });
const LDIF = [
  SUFFIX_ENTRIES,
  ...Array.from({ length: PEOPLE }, (_, index) => personLdif(index)),
  ldifEntry(`cn=team,ou=groups,${SUFFIX}`, { objectClass: 'groupOfNames', cn: 'team', member: dnOf(5) }),
].join('\n');

withPeer(hasSlapd, 'slapd')('directory sync', () => {
  let slapd: Slapd;
  let identities: Awaited<ReturnType<typeof openIdentities>>;
  let syncs: DirectorySyncs;
  let connector: Connector;
  let sealer: Sealer;
  const audited: SyncChange[] = [];
  const ended: string[] = [];
  const faults: unknown[] = [];

  const directory = (more: object = {}) => ({
    name: 'corp',
    kind: 'ldap',
    servers: [slapd.secureUrl],
    ca: slapd.ca,
    baseDn: SUFFIX,
    bindDn: READER.dn,
    bindPassword: READER.password,
    rules: { groups: { map: [{ value: 'team', group: 'Team' }] } },
    ...more,
  });

  async function configure(more: object = {}): Promise<Connector> {
    const deps = {
      store: identities.identities,
      sealer,
      clock: systemClock,
      random: identities.random,
      ...KIND_RULES,
    };
    await seedConnectors(deps, connectorSeeds(connectorListShape.parse([directory(more)]), ACCOUNT));
    const found = await identities.identities.connectors.get([ACCOUNT, 'corp']);
    if (found === undefined) throw new Error('there is no connector');
    return found;
  }

  const openSyncs = async (ephemeral: Ephemeral = identities.ephemeral): Promise<DirectorySyncs> => {
    const open = connectorOpener({
      sealer,
      keys: undefined as never,
      issuerSettings: () => undefined,
      allowPrivate: true,
      directories: { allowPrivate: true, allowPlain: true },
      elapsed: () => performance.now(),
      publicUrl: 'http://localhost',
      used: identities.ephemeral,
    });
    return openDirectorySyncs({
      store: identities.identities,
      ephemeral,
      clock: systemClock,
      random: identities.random,
      open: (each) => open(each).directory,
      audit: async (_connector, change) => {
        audited.push(change);
      },
      ended: async (_connector, { state }) => {
        ended.push(state);
      },
      onFault: (fault) => faults.push(fault),
    });
  };

  async function sync(order: Partial<SyncOrder> = {}, of = connector): Promise<SyncReport> {
    // The run before gives its lease back a moment after its report.
    const begin = () => syncs.start(of, { isDryRun: false, mayDisable: undefined, restarts: true, ...order });
    await until(async () => (await begin())?.hasStarted === true);
    let report: SyncReport | undefined;
    await until(async () => {
      report = await syncs.report(of);
      return report?.finishedAt !== undefined;
    });
    if (report === undefined) throw new Error('there is no report');
    return report;
  }

  async function userOf(index: number): Promise<User> {
    const { items } = await identities.identities.users.find('byName', [ACCOUNT, `p${index}`], { limit: 1 });
    if (items[0] === undefined) throw new Error('there is no such user');
    return items[0];
  }

  beforeAll(async () => {
    slapd = await startSlapd({ suffix: SUFFIX, ldif: LDIF, database: ACCESS });
    identities = await openIdentities();
    await identities.addAccount(ACCOUNT);
    sealer = (await identities.openKeys(identities.ephemeral)).sealer;
    connector = await configure();
    syncs = await openSyncs();
    for (let index = 0; index < PEOPLE; index += 1) {
      const person = { userName: `p${index}`, displayName: `Person ${index}`, email: undefined, groups: [] };
      const deps = { store: identities.identities, random: identities.random, clock: systemClock };
      await signInLinked(deps, { connector, subject: uuidOf(index), person });
    }
  });
  afterAll(async () => {
    await syncs?.close();
    await identities?.close();
    await slapd?.remove();
  });

  test('nothing changes if nothing has', async () => {
    expect(await sync()).toMatchObject({
      state: 'succeeded',
      listed: PEOPLE,
      linked: PEOPLE,
      counts: { disable: 0, enable: 0, update: 0, keep: 0 },
    });
    expect(audited).toEqual([]);
  });

  test('a dry run shows what would change, and changes nothing', async () => {
    slapd.modify(`dn: ${dnOf(0)}\nchangetype: delete\n`);
    const report = await sync({ isDryRun: true });
    expect(report.changes).toEqual([{ action: 'disable', userName: 'p0', reason: 'not in the directory any more' }]);
    expect((await userOf(0)).disabled).toBeUndefined();
    expect(audited).toEqual([]);
  });

  test('[S36] a person who is gone is disabled, and not deleted', async () => {
    const { loginGeneration: before = 0 } = await userOf(0);
    expect((await sync()).counts).toMatchObject({ disable: 1 });
    const user = await userOf(0);
    expect(user.disabled?.directory?.reason).toBe('corp: not in the directory any more');
    expect(user.loginGeneration ?? 0).toBeGreaterThan(before);
    expect(audited).toEqual([{ action: 'disable', userName: 'p0', reason: 'not in the directory any more' }]);
    expect((await sync()).counts).toMatchObject({ disable: 0 });
  });

  test('a person who is back is enabled, unless an administrator disabled them too', async () => {
    slapd.modify(personLdif(0).replace(/^entryUUID.*\n/m, ''));
    // A new entry is another person: it has another identifier.
    expect((await sync()).counts).toMatchObject({ enable: 0 });
    slapd.modify(
      `dn: ${dnOf(1)}\nchangetype: moddn\nnewrdn: uid=p1\ndeleteoldrdn: 0\nnewsuperior: ou=groups,${SUFFIX}\n`,
    );
    connector = await configure({ userBaseDn: `ou=people,${SUFFIX}` });
    await disableUser(identities.identities, await userOf(1), { origin: 'administrator', reason: 'left', now: 1 });
    expect((await sync()).counts).toMatchObject({ disable: 1 });
    connector = await configure();
    expect((await sync()).counts).toMatchObject({ enable: 1 });
    const { disabled } = await userOf(1);
    expect(disabled?.directory).toBeUndefined();
    expect(disabled?.administrator).toBeDefined();
  });

  test('groups and names follow without a sign-in', async () => {
    slapd.modify(`dn: ${dnOf(6)}\nchangetype: modify\nreplace: cn\ncn: Renamed\n`);
    const report = await sync();
    expect(report.changes).toContainEqual({ action: 'update', userName: 'p6', reason: 'name or address' });
    expect((await userOf(6)).links?.[0]?.displayName).toBe('Renamed');
  });

  test('too many people at once are refused, and nothing changes', async () => {
    const narrowed = await configure({ userFilter: '(&(objectClass=inetOrgPerson)(uid=p2*))' });
    const report = await sync({}, narrowed);
    expect(report).toMatchObject({
      state: 'refused',
      message: expect.stringMatching(/people would be disabled, and 3 may be/),
    });
    expect((await userOf(3)).disabled).toBeUndefined();
    const nobody = await configure({ userFilter: '(uid=nobody)' });
    expect(await sync({ mayDisable: 1000 }, nobody)).toMatchObject({ state: 'refused' });
    connector = await configure();
  });

  test('a run may be told that it may disable more', async () => {
    const narrowed = await configure({ userFilter: '(&(objectClass=inetOrgPerson)(!(uid=p1*)))' });
    expect(await sync({ mayDisable: 20 }, narrowed)).toMatchObject({ state: 'succeeded', counts: { disable: 11 } });
    connector = await configure();
    expect((await sync()).counts).toMatchObject({ enable: 11 });
  });

  test('[S36] who does not meet the condition is disabled, within the same limit, and enabled by the next list', async () => {
    const team = { map: [{ value: 'team', group: 'Team' }] };
    const withCondition = (condition: object) => configure({ rules: { groups: team, condition } });
    connector = await withCondition({ 'ForAllValues:StringNotEquals': { 'login:groups': ['team'] } });
    const reason = 'does not meet the condition of the connector: ForAllValues:StringNotEquals login:groups';
    const change = { action: 'disable', userName: 'p5', reason };
    expect((await sync({ isDryRun: true })).changes).toEqual([change]);
    expect((await userOf(5)).disabled).toBeUndefined();
    expect((await sync()).changes).toEqual([change]);
    expect((await userOf(5)).disabled?.directory?.reason).toBe(`corp: ${reason}`);
    expect((await sync()).changes).toEqual([]);
    connector = await withCondition({ 'ForAnyValue:StringEquals': { 'login:groups': ['team'] } });
    expect(await sync()).toMatchObject({ state: 'refused' });
    expect((await userOf(3)).disabled).toBeUndefined();
    connector = await configure();
    const reasonToEnable = 'meets the condition of the connector again';
    expect((await sync()).changes).toEqual([{ action: 'enable', userName: 'p5', reason: reasonToEnable }]);
    expect((await userOf(5)).disabled).toBeUndefined();
  });

  test('a directory that fails changes nothing', async () => {
    const relay = await startTcpProxy(slapd.port);
    try {
      const cut = await configure({
        servers: [slapd.secureUrl, `ldap://127.0.0.1:${relay.port}`].slice(1),
        ca: undefined,
      });
      await relay.close();
      expect(await sync({ mayDisable: 1000 }, cut)).toMatchObject({ state: 'failed', counts: { disable: 0 } });
    } finally {
      connector = await configure();
    }
    expect((await userOf(3)).disabled).toBeUndefined();
  });

  test('only one process runs it, and another takes over once it has crashed', async () => {
    const lease = EPHEMERAL_KEYS.directorySyncLease.of(connector.connectorId);
    await identities.ephemeral.set(lease, 'another process', 60_000);
    const other = await openSyncs();
    expect(await other.start(connector, { isDryRun: false, mayDisable: undefined, restarts: true })).toEqual({
      hasStarted: false,
    });
    await identities.ephemeral.delete([lease]);
    expect((await sync()).state).toBe('succeeded');
    await other.close();
  });

  test('[S48] every run is on record, and there was no fault', () => {
    expect(new Set(ended)).toEqual(new Set(['succeeded', 'refused', 'failed']));
    expect(faults).toEqual([]);
  });
});
