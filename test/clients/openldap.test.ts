import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { hasSlapd, type Slapd, startSlapd } from '../../harness/slapd.ts';
import { tryDirectory } from '../../src/federation/connectors/ldap/try-directory.ts';
import type { LoginCheck } from '../../src/federation/connectors/login-refused.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';
import {
  ACCESS,
  directorySettings,
  ldifEntry,
  OPEN_NETWORK,
  type Outcome,
  PASSWORD,
  READER,
  SUFFIX,
  SUFFIX_ENTRIES,
  type TestConnector,
  testConnector,
} from './directory-scene.ts';
import { withPeer } from './with-peer.ts';

const person = (uid: string, more: Readonly<Record<string, string>> = {}, dn = `uid=${uid},ou=people,${SUFFIX}`) =>
  ldifEntry(dn, {
    objectClass: 'inetOrgPerson',
    uid,
    cn: uid,
    sn: uid,
    mail: `${uid}@example.com`,
    userPassword: PASSWORD,
    ...more,
  });
const group = (cn: string, ...members: string[]) =>
  ldifEntry(`cn=${cn},ou=groups,${SUFFIX}`, { objectClass: 'groupOfNames', cn, member: members });
const aliceDn = `uid=alice,ou=people,${SUFFIX}`;
/** A name with everything that means something in a filter or a distinguished name. */
const ODD = 'Smith, Jane (JS)* \\ #1';
const oddDn = `cn=Smith\\2C Jane (JS)* \\5C #1,ou=people,${SUFFIX}`;

const LDIF = [
  SUFFIX_ENTRIES,
  person('alice', { displayName: 'Alice Ångström' }),
  person('bob'),
  person('twin', { mail: 'shared@example.com' }),
  person('carol', { mail: 'shared@example.com' }),
  person('no-password', { userPassword: '' }).replace(/^userPassword.*\n/m, ''),
  person('jane', { cn: ODD }, oddDn),
  person('expired', { pwdPolicySubentry: `cn=strict,${SUFFIX}`, pwdChangedTime: '20200101000000Z' }),
  person('reset', { pwdReset: 'TRUE' }),
  person('locked', { pwdAccountLockedTime: '000001010000Z' }),
  ldifEntry(`cn=policy,${SUFFIX}`, {
    objectClass: ['device', 'pwdPolicy'],
    cn: 'policy',
    pwdAttribute: 'userPassword',
    pwdMustChange: 'TRUE',
    pwdLockout: 'TRUE',
    pwdMaxFailure: '1000',
  }),
  ldifEntry(`cn=strict,${SUFFIX}`, {
    objectClass: ['device', 'pwdPolicy'],
    cn: 'strict',
    pwdAttribute: 'userPassword',
    pwdMaxAge: '60',
  }),
].join('\n');

/** Added to the running server, because only it keeps `memberOf`. */
const GROUPS = [
  group('developers', aliceDn, oddDn),
  // Above itself, by two steps.
  group('engineering', `cn=developers,ou=groups,${SUFFIX}`, `cn=staff,ou=groups,${SUFFIX}`),
  group('staff', `cn=engineering,ou=groups,${SUFFIX}`),
  group('others', `uid=bob,ou=people,${SUFFIX}`),
].join('\n');

const DATABASE = `overlay memberof
overlay ppolicy
ppolicy_default "cn=policy,${SUFFIX}"
ppolicy_use_lockout
${ACCESS}`;

const checkOf = (outcome: Outcome): LoginCheck | 'passed' => ('refused' in outcome ? outcome.refused.check : 'passed');

withPeer(hasSlapd, 'slapd')('signing in at OpenLDAP', () => {
  let slapd: Slapd;
  let connector: TestConnector;
  const opened: TestConnector[] = [];
  const open = (...args: Parameters<typeof testConnector>): TestConnector => {
    const made = testConnector(...args);
    opened.push(made);
    return made;
  };
  const settings = (change: Partial<ReturnType<typeof directorySettings>> = {}) =>
    directorySettings('openldap', { servers: [slapd.secureUrl], ca: slapd.ca, ...change });

  beforeAll(async () => {
    slapd = await startSlapd({ suffix: SUFFIX, ldif: LDIF, database: DATABASE });
    slapd.modify(GROUPS);
    connector = open(settings());
  });
  afterAll(async () => {
    for (const each of opened) each.close();
    await slapd?.remove();
  });

  test('a person signs in, as their entryUUID', async () => {
    const outcome = await connector.signIn({ name: 'alice' });
    if ('refused' in outcome) throw outcome.refused;
    const { subject, claims } = outcome.login;
    expect(subject).toMatch(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/);
    expect(claims).toMatchObject({ uid: 'alice', displayName: 'Alice Ångström', mail: 'alice@example.com' });
    expect(claims).not.toHaveProperty('userPassword');
    expect(connector.counted.at(-1)).toBe(subject);
  });

  test('groups are followed upwards, round circles', async () => {
    const outcome = await connector.signIn({ name: 'alice' });
    if ('refused' in outcome) throw outcome.refused;
    const { groups, groupDns, groupIds } = outcome.login.claims;
    expect(groups).toEqual(['developers', 'engineering', 'staff']);
    expect(groupDns).toContain('cn=staff,ou=groups,dc=example,dc=com');
    expect(groupIds).toHaveLength(3);
  });

  test.each([
    ['member-of', true, ['developers', 'engineering', 'staff']],
    ['member-of', false, ['developers']],
    ['search', false, ['developers']],
    ['none', true, undefined],
  ] as const)('strategy %s, nested %s', async (strategy, nested, expected) => {
    const { groups } = settings();
    const outcome = await open(settings({ groups: { ...groups, strategy, nested } })).signIn({ name: 'alice' });
    if ('refused' in outcome) throw outcome.refused;
    const found = outcome.login.claims['groups'] as string[] | undefined;
    expect(found && [...found].sort()).toEqual(expected);
  });

  test('[S40] a name with special characters is found by itself alone, with its groups', async () => {
    const { users } = settings();
    const byName = open(settings({ users: { ...users, loginAttributes: ['cn'] } }));
    const outcome = await byName.signIn({ name: ODD });
    if ('refused' in outcome) throw outcome.refused;
    expect(outcome.login.claims['groups']).toContain('developers');
  });

  test.each(['*', 'al*', 'alice)(uid=*', '*)(|(uid=*', 'alice\0', '\\2a', 'alice))(&(objectClass=*', ')', '('])(
    '[S40] the name %j finds nobody',
    async (name) => {
      expect(checkOf(await connector.signIn({ name }))).toBe('credentials');
    },
  );

  test.each([
    ['an empty password', { name: 'alice', password: '' }],
    ['an empty name', { name: '' }],
    ['a wrong password', { name: 'alice', password: 'wrong' }],
    ['an unknown name', { name: 'nobody' }],
    ['an entry without a password', { name: 'no-password' }],
    ['a locked account', { name: 'locked' }],
    ['a password that is too long', { name: 'alice', password: 'x'.repeat(2000) }],
  ])('[S25][S40] %s is a wrong password', async (_case, login) => {
    expect(checkOf(await connector.signIn(login))).toBe('credentials');
  });

  test('[S40] a name that means two entries is refused, whoever has the password', async () => {
    const { users } = settings();
    const outcome = await open(settings({ users: { ...users, loginAttributes: ['mail'] } })).signIn({
      name: 'shared@example.com',
    });
    expect(checkOf(outcome)).toBe('ambiguous');
    expect('refused' in outcome && outcome.refused.detail).toContain('uid=twin');
  });

  test('an expired password and one that must be changed are told apart from a wrong one, only if they are right', async () => {
    expect(checkOf(await connector.signIn({ name: 'expired' }))).toBe('password-due');
    expect(checkOf(await connector.signIn({ name: 'reset' }))).toBe('password-due');
    expect(checkOf(await connector.signIn({ name: 'expired', password: 'wrong' }))).toBe('credentials');
    expect(checkOf(await connector.signIn({ name: 'reset', password: 'wrong' }))).toBe('credentials');
  });

  test('StartTLS with the own authority', async () => {
    const starts = settings({ servers: [slapd.url], startTls: true });
    expect(checkOf(await open(starts).signIn({ name: 'alice' }))).toBe('passed');
  });

  test('[S40] a certificate of an unknown authority, or for another name, gets no password', async () => {
    const { ca: _ca, ...withoutCa } = settings();
    for (const refused of [
      withoutCa,
      settings({ serverName: 'ldap.example.com' }),
      { ...withoutCa, servers: [slapd.url], startTls: true },
    ]) {
      const outcome = await open(refused).signIn({ name: 'alice' });
      expect(checkOf(outcome)).toBe('metadata');
      expect('refused' in outcome && outcome.refused.detail).toMatch(/TLS as/);
    }
  });

  test('[S40] a plain connection gets no password, unless the operator allows it in private networks', async () => {
    const relay = await startTcpProxy(slapd.port);
    try {
      const plain = settings({ servers: [`ldap://127.0.0.1:${relay.port}`] });
      const refused = await open(plain, { network: { ...OPEN_NETWORK, allowPlain: false } }).signIn({ name: 'alice' });
      expect(checkOf(refused)).toBe('metadata');
      expect(relay.sent).toEqual([]);
      expect(checkOf(await open(plain).signIn({ name: 'alice' }))).toBe('passed');
      expect(relay.sent.join('')).toContain(PASSWORD);
    } finally {
      await relay.close();
    }
  });

  test('[S47] a private address is not connected to unless it is allowed', async () => {
    const outcome = await open(settings(), { network: { allowPrivate: false, allowPlain: false } }).signIn({
      name: 'alice',
    });
    expect('refused' in outcome && outcome.refused.detail).toContain('no address that connectors may reach');
  });

  test('the next server is asked if the first one is down', async () => {
    const servers = ['ldaps://127.0.0.1:1', slapd.secureUrl];
    expect(checkOf(await open(settings({ servers })).signIn({ name: 'alice' }))).toBe('passed');
  });

  test('a wrong password of the service account is no wrong password of the person', async () => {
    const outcome = await open(settings(), { secret: 'wrong' }).signIn({ name: 'alice' });
    expect(checkOf(outcome)).toBe('metadata');
    expect('refused' in outcome && outcome.refused.detail).toContain(`sign-in as ${READER.dn}`);
  });

  describe('the trial before saving', () => {
    const network = OPEN_NETWORK;
    const trial = async (change: Partial<ReturnType<typeof settings>>, secret = READER.password) =>
      await tryDirectory({ settings: settings(change), secret, network }).then(
        () => 'usable',
        (error: Error) => error.message,
      );

    test('accepts what works, by every server', async () => {
      expect(await trial({})).toBe('usable');
      expect(await trial({ servers: [slapd.secureUrl, slapd.url], startTls: false })).toBe('usable');
    });

    test.each<readonly [string, () => Parameters<typeof trial>, RegExp]>([
      [
        'a server that is down',
        () => [{ servers: [slapd.secureUrl, 'ldaps://127.0.0.1:1'] }],
        /127\.0\.0\.1:1.*ECONNREFUSED/,
      ],
      [
        'a name that nobody has',
        () => [{ servers: ['ldaps://nowhere.invalid'] }],
        /nowhere\.invalid.*cannot be resolved/,
      ],
      ['the wrong certificate', () => [{ serverName: 'ldap.example.com' }], /TLS as ldap\.example\.com/],
      ['another protocol', () => [{ servers: [slapd.secureUrl.replace('ldaps', 'ldap')] }], /ldap:\/\/127/],
      ['the wrong password', () => [{}, 'wrong'], /sign-in as cn=reader.*invalid credentials \(49\)/],
      [
        'a base that is not there',
        () => [{ baseDn: 'dc=example,dc=org' }],
        /no entry dc=example,dc=org|no such object/,
      ],
      [
        'a filter that finds nobody',
        () => [{ users: { ...settings().users, filter: '(uid=nobody)' } }],
        /finds nobody below/,
      ],
      [
        'an attribute that is not there',
        () => [{ users: { ...settings().users, subjectAttribute: 'employeeNumber' } }],
        /has no employeeNumber/,
      ],
    ])('names %s', async (_case, given, message) => {
      const answer = await trial(...given());
      expect(answer).toMatch(message);
      expect(answer).not.toContain(READER.password);
    });
  });

  test('a directory that restarts is connected to again', async () => {
    expect(checkOf(await connector.signIn({ name: 'alice' }))).toBe('passed');
    await slapd.stop();
    expect(checkOf(await connector.signIn({ name: 'alice' }))).toBe('unreachable');
    await slapd.start();
    expect(checkOf(await connector.signIn({ name: 'alice' }))).toBe('passed');
  });

  test('no answer in time is a directory that is down', async () => {
    const relay = await startTcpProxy(slapd.port);
    try {
      const slow = open(settings({ servers: [`ldap://127.0.0.1:${relay.port}`], timeoutMs: 1000 }));
      expect(checkOf(await slow.signIn({ name: 'alice' }))).toBe('passed');
      relay.stall();
      expect(checkOf(await slow.signIn({ name: 'alice' }))).toBe('unreachable');
    } finally {
      await relay.close();
    }
  });
});
