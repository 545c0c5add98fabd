import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { hasSamba, type SambaDomain, startSambaDomain } from '../../harness/samba-domain.ts';
import type { ListedPerson, ListMark } from '../../src/federation/connectors/directory-connector.ts';
import { ldapDirectory } from '../../src/federation/connectors/ldap/ldap-directory.ts';
import { openDirectory } from '../../src/federation/connectors/ldap/open-directory.ts';
import { ldapRefresh } from '../../src/federation/connectors/ldap/refresh-login.ts';
import { servicePool } from '../../src/federation/connectors/ldap/service-pool.ts';
import { tryDirectory } from '../../src/federation/connectors/ldap/try-directory.ts';
import { LoginRefused } from '../../src/federation/connectors/login-refused.ts';
import type { LdapConnectorSettings } from '../../src/identity/documents/connectors/ldap-settings.ts';
import {
  directorySettings,
  listAll,
  listedAndRead,
  OPEN_NETWORK,
  type Outcome,
  RULES,
  type TestConnector,
  testConnector,
} from './directory-scene.ts';
import { withPeer } from './with-peer.ts';

const SECRET = 'Passw0rd-of-a-1st-test';
const PEOPLE = ['alice', 'bob', 'expired', 'mustchange', 'disabled', 'svc'];

const checkOf = (outcome: Outcome) => ('refused' in outcome ? outcome.refused.check : 'passed');
const detailOf = (outcome: Outcome) => ('refused' in outcome ? outcome.refused.detail : '');

withPeer(hasSamba, 'Samba')('Active Directory, as Samba serves it', () => {
  let domain: SambaDomain;
  let connector: TestConnector;
  const opened: TestConnector[] = [];

  const settings = (change: Partial<LdapConnectorSettings> = {}): LdapConnectorSettings => ({
    ...directorySettings('ad', { servers: [domain.url], ca: domain.ca }),
    baseDn: domain.baseDn,
    bindDn: 'svc@corp.example',
    ...change,
  });
  const open = (change: Partial<LdapConnectorSettings> = {}): TestConnector => {
    const made = testConnector(settings(change), { secret: SECRET });
    opened.push(made);
    return made;
  };

  beforeAll(async () => {
    domain = await startSambaDomain();
    for (const name of PEOPLE) domain.tool('user', 'create', name, SECRET);
    domain.tool('user', 'disable', 'disabled');
    domain.tool('user', 'setexpiry', 'expired', '--days=0');
    domain.tool('user', 'setpassword', 'mustchange', `--newpassword=${SECRET}`, '--must-change-at-next-login');
    for (const name of ['inner', 'outer']) domain.tool('group', 'add', name);
    domain.tool('group', 'addmembers', 'inner', 'alice');
    domain.tool('group', 'addmembers', 'outer', 'inner');
    domain.tool('group', 'add', 'mailing', '--group-type=Distribution');
    domain.tool('group', 'addmembers', 'mailing', 'bob');
    domain.tool('group', 'addmembers', 'outer', 'mailing');
    connector = open();
  });
  afterAll(async () => {
    for (const each of opened) each.close();
    await domain?.remove();
  });

  test('the preset works as it is', async () => {
    const trial = tryDirectory({ settings: settings(), secret: SECRET, network: OPEN_NETWORK });
    await expect(trial).resolves.toBeUndefined();
  });

  test.each(['alice', 'ALICE', 'alice@corp.example'])('[S31] %s is one person, by the objectGUID', async (name) => {
    const [outcome, usual] = [
      await connector.signIn({ name, password: SECRET }),
      await connector.signIn({ name: 'alice', password: SECRET }),
    ];
    if ('refused' in outcome || 'refused' in usual) throw new Error(detailOf(outcome));
    expect(outcome.login.subject).toMatch(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/);
    expect(outcome.login.subject).toBe(usual.login.subject);
    expect(outcome.login.claims).toMatchObject({ sAMAccountName: 'alice', userPrincipalName: 'alice@corp.example' });
  });

  test.each(['in-chain', 'member-of', 'search'] as const)(
    'strategy %s finds nested groups and the primary group',
    async (strategy) => {
      const outcome = await open({ groups: { ...settings().groups, strategy } }).signIn({
        name: 'alice',
        password: SECRET,
      });
      if ('refused' in outcome) throw outcome.refused;
      expect(outcome.login.claims['groups']).toEqual(expect.arrayContaining(['inner', 'outer', 'Domain Users']));
    },
  );

  test.each([
    ['alice', 'credentials', '52e'],
    ['expired', 'account-state', '701'],
    ['disabled', 'account-state', '533'],
    ['mustchange', 'password-due', '773'],
  ])('[S25] %s: %s, and never with a wrong password', async (name, check, code) => {
    const wrong = await connector.signIn({ name, password: 'wrong' });
    expect([checkOf(wrong), detailOf(wrong)]).toEqual(['credentials', expect.stringContaining('(52e)')]);
    const right = await connector.signIn({ name, password: check === 'credentials' ? 'wrong' : SECRET });
    expect([checkOf(right), detailOf(right)]).toEqual([check, expect.stringContaining(`(${code})`)]);
  });

  test.each(['in-chain', 'member-of', 'search'] as const)(
    'strategy %s: the list of all people says of each what a sign-in would',
    async (strategy) => {
      const people = await listedAndRead(settings({ groups: { ...settings().groups, strategy } }), SECRET);
      const groupsOf = (name: string) => people.get(`CN=${name},CN=Users,DC=corp,DC=example`)?.listed?.['groups'];
      expect(groupsOf('alice')).toEqual(expect.arrayContaining(['inner', 'outer', 'Domain Users']));
      // The chain leads through a group that does not count itself.
      expect(groupsOf('bob')).toEqual(expect.arrayContaining(strategy === 'in-chain' ? ['outer'] : ['Domain Users']));
      expect(groupsOf('bob')).not.toEqual(expect.arrayContaining(['mailing']));
      for (const { listed, read } of people.values()) if (listed !== undefined) expect(listed).toEqual(read);
    },
  );

  test('the list of people says who is disabled or expired', async () => {
    const directory = openDirectory({ settings: settings(), secret: SECRET, network: OPEN_NETWORK, elapsed: () => 0 });
    const reading = { connector: { settings: settings(), rules: RULES }, pool: servicePool(directory) };
    const people: ListedPerson[] = [];
    const { listed } = await ldapDirectory(reading, directory).list({
      now: Date.now(),
      since: undefined,
      onBegin: () => undefined,
      isWanted: () => true,
      onPage: async (page) => void people.push(...page),
    });
    expect(people).toHaveLength(listed);
    const stateOf = (name: string) => people.find(({ dn }) => dn.startsWith(`CN=${name},`))?.disabledBecause;
    expect(stateOf('disabled')).toMatch(/^userAccountControl/);
    expect(stateOf('expired')).toMatch(/^accountExpires/);
    expect(people.find(({ dn }) => dn.startsWith('CN=alice,'))?.disabledBecause).toBeUndefined();
    expect(people.length).toBeGreaterThan(PEOPLE.length);
  });

  test('[S36] a later reading by objectGUID says who is disabled, expired, gone or elsewhere, and the groups of now', async () => {
    const inUsers = { ...settings(), users: { ...settings().users, baseDn: `CN=Users,${domain.baseDn}` } };
    const directory = openDirectory({ settings: inUsers, secret: SECRET, network: OPEN_NETWORK, elapsed: () => 0 });
    const pool = servicePool(directory);
    const refresh = ldapRefresh({ connector: { settings: inUsers, rules: RULES }, pool }, () => 0);
    const again = async (subject: string): Promise<object> => {
      const refreshed = await refresh?.refresh(subject, Date.now()).catch((error: unknown) => error as LoginRefused);
      return refreshed instanceof LoginRefused ? { check: refreshed.check } : ((await refreshed?.read())?.claims ?? {});
    };
    try {
      const changes: readonly [string, () => void, object][] = [
        ['blocked', () => domain.tool('user', 'disable', 'blocked'), { check: 'account-state' }],
        ['ended', () => domain.tool('user', 'setexpiry', 'ended', '--days=0'), { check: 'account-state' }],
        ['deleted', () => domain.tool('user', 'delete', 'deleted'), { check: 'gone' }],
        ['moved', () => domain.tool('user', 'move', 'moved', 'OU=Former'), { check: 'gone' }],
        [
          'regrouped',
          () => domain.tool('group', 'removemembers', 'outer', 'regrouped'),
          { groups: expect.not.arrayContaining(['outer']) },
        ],
      ];
      domain.tool('ou', 'add', 'OU=Former');
      for (const [name] of changes) domain.tool('user', 'create', name, SECRET);
      domain.tool('group', 'addmembers', 'outer', 'regrouped');
      for (const [name, change, expected] of changes) {
        const outcome = await connector.signIn({ name, password: SECRET });
        if ('refused' in outcome) throw outcome.refused;
        const { subject, claims } = outcome.login;
        expect(await again(subject)).toEqual(claims);
        change();
        expect([name, await again(subject)]).toEqual([name, expect.objectContaining(expected)]);
      }
    } finally {
      pool.close();
    }
  });

  test('[TRAPS sync: delta] a later list has who has changed or has expired since, and whom it lacks', async () => {
    const inUsers = { users: { ...settings().users, baseDn: `CN=Users,${domain.baseDn}` } };
    const list = (since?: ListMark, now = Date.now()) =>
      listAll({ settings: settings(inUsers) }, { secret: SECRET, since, now });
    const first = await list();
    const subjects = new Set(first.subjects);
    expect(first.listing.mark?.people).toMatchObject({ by: 'usn', values: [expect.stringMatching(/^\d+$/)] });
    await domain.changeOften(`CN=svc,CN=Users,${domain.baseDn}`);
    const { mark } = (await list()).listing;
    domain.tool('user', 'create', 'late', SECRET);
    domain.tool('user', 'disable', 'bob');
    domain.tool('user', 'delete', 'mustchange');
    const second = await list(mark);
    const namesOf = (dns: readonly string[]) => dns.map((dn) => /^CN=([^,]*)/.exec(dn)?.[1]);
    expect([second.kind, namesOf(second.dns)]).toEqual([{ isFull: false }, ['bob', 'late', 'svc']]);
    expect([...subjects].filter((subject) => !second.listing.has(subject))).toHaveLength(1);
    const soon = Date.now() + 2 * 24 * 60 * 60_000;
    domain.tool('user', 'setexpiry', 'late', '--days=1');
    await domain.changeOften(`CN=svc,CN=Users,${domain.baseDn}`);
    const { mark: third } = (await list(second.listing.mark)).listing;
    expect(namesOf((await list(third)).dns)).toEqual(['svc']);
    expect(namesOf((await list(third, soon)).dns)).toEqual(['late', 'svc']);
  });

  test('[TRAPS sync: delta] a member more, or a group less, takes a list of everybody', async () => {
    const rules = { ...RULES, groups: { ...RULES.groups, map: [{ value: 'inner', group: 'Inner' }] } };
    const list = (since?: ListMark) => listAll({ settings: settings(), rules }, { secret: SECRET, since });
    let { mark } = (await list()).listing;
    expect((await list(mark)).kind).toEqual({ isFull: false });
    for (const change of [
      ['group', 'addmembers', 'inner', 'svc'],
      ['group', 'delete', 'mailing'],
    ]) {
      domain.tool(...change);
      const { kind, listing } = await list(mark);
      expect([change, kind]).toEqual([change, { isFull: true, fullBecause: 'groups have changed' }]);
      mark = listing.mark;
    }
  });
});
