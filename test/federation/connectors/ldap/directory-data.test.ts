import { describe, expect, test } from '@jest/globals';
import { ACCOUNT_RULES } from '../../../../src/federation/connectors/ldap/account-state.ts';
import { directoryClaims } from '../../../../src/federation/connectors/ldap/directory-claims.ts';
import { DIRECTORY_PRESETS } from '../../../../src/federation/connectors/ldap/directory-presets.ts';
import type { OpenLdapSettings } from '../../../../src/federation/connectors/ldap/given-settings.ts';
import { subjectOf, subjectValue } from '../../../../src/federation/connectors/ldap/subject-of.ts';
import { ldapLoginTester } from '../../../../src/federation/connectors/ldap/test-ldap-login.ts';
import { PASSWORD_POLICY, readBindOutcome } from '../../../../src/federation/directory-client/bind-outcome.ts';
import { directoryEntry } from '../../../../src/federation/directory-client/directory-entry.ts';
import {
  canonicalDn,
  escapeDnValue,
  isWithin,
} from '../../../../src/federation/directory-client/distinguished-name.ts';
import { primaryGroupSid } from '../../../../src/federation/directory-client/security-identifier.ts';
import { parseServer } from '../../../../src/federation/directory-client/server-address.ts';
import { proposePerson } from '../../../../src/federation/provisioning/propose-person.ts';
import { reachOf } from '../../../../src/http/private-addresses.ts';

const entry = (attributes: Readonly<Record<string, readonly (string | Buffer)[]>>) =>
  directoryEntry(
    'cn=x',
    Object.entries(attributes).map(([name, values]) => [name, values.map((value) => Buffer.from(value))]),
  );

describe('distinguished names', () => {
  test.each([
    ['CN=Smith\\, Jane, OU=People,DC=Example,dc=com', 'cn=smith\\, jane,ou=people,dc=example,dc=com'],
    ['cn=Smith\\2C Jane , ou=People;dc=example,DC=COM', 'cn=smith\\, jane,ou=people,dc=example,dc=com'],
    ['cn=L\\C3\\BCbeck', 'cn=lübeck'],
    ['ou=b+cn=a', 'cn=a+ou=b'],
    ['cn=a\\\\,dc=b', 'cn=a\\\\,dc=b'],
    ['2.5.4.3=a', '2.5.4.3=a'],
    ['', ''],
  ])('[RFC 4514 §3] %s is %s', (text, canonical) => {
    expect(canonicalDn(text)).toBe(canonical);
    expect(canonicalDn(canonical)).toBe(canonical);
  });

  test.each(['alice', 'cn', '=x', 'cn=a,,dc=b', 'cn=a\\', 'c n=a'])('%j is none', (text) => {
    expect(canonicalDn(text)).toBeUndefined();
  });

  test.each([', dc=evil', '#1', ' a ', 'a+cn=b', '\0', '\\', 'a"<>;='])('[S40] %j stays one value', (value) => {
    expect(isWithin(`cn=${escapeDnValue(value)},dc=example`, 'dc=example')).toBe(true);
    expect(canonicalDn(`cn=${escapeDnValue(value)},dc=example`)?.endsWith(',dc=example')).toBe(true);
    expect(isWithin(`cn=${escapeDnValue(value)},dc=example`, 'dc=evil,dc=example')).toBe(false);
  });

  test('[S40] names full of spaces or escapes cost no more than others', () => {
    for (const text of [`a${' '.repeat(4000)}b`, '\\2C'.repeat(1300), '\\,'.repeat(2000)]) {
      const names = Array.from({ length: 100 }, (_, index) => canonicalDn(`cn=${index}${text}`));
      expect(new Set(names).size).toBe(100);
      expect(names).not.toContain(undefined);
    }
  });

  test.each([
    ['cn=a  ', 'cn=a'],
    ['cn=a\\  ', 'cn=a\\ '],
    ['cn=\\E2\\82\\AC\\2C\\20', 'cn=€\\,\\ '],
  ])('[RFC 4514 §3] %j ends as %j', (text, canonical) => {
    expect(canonicalDn(text)).toBe(canonical);
  });

  test('a base is not a suffix of the text', () => {
    expect(isWithin('cn=a,dc=badexample,dc=com', 'dc=example,dc=com')).toBe(false);
    expect(isWithin('cn=a\\,dc=example,dc=com', 'dc=example,dc=com')).toBe(false);
    expect(isWithin('DC=Example, DC=com', 'dc=example,dc=com')).toBe(true);
  });
});

describe('identifiers', () => {
  const guid = Buffer.from('33221100554477668899aabbccddeeff', 'hex');

  test('[MS-DTYP §2.3.4.2] an objectGUID is written as Windows shows it', () => {
    expect(subjectOf(entry({ objectGUID: [guid] }), 'objectguid', 'guid')).toBe('00112233-4455-6677-8899-aabbccddeeff');
  });

  test('[MS-DTYP §2.3.4.2] what is stored of a GUID leads back to its bytes, by which the entry is found again', () => {
    const special = Buffer.from('285c29002a285c29002a285c29002aff', 'hex');
    for (const bytes of [guid, special, Buffer.alloc(16, 0xff)]) {
      const subject = subjectOf(entry({ 'mS-DS-ConsistencyGuid': [bytes] }), 'mS-DS-ConsistencyGuid', 'guid') ?? '';
      expect(subjectValue(subject, 'guid')).toEqual(bytes);
    }
  });

  test.each([[[guid.subarray(1)]], [[guid, guid]], [[]]])(
    '[S31] nobody is identified by less or more than one',
    (values) => {
      expect(subjectOf(entry({ objectGUID: values }), 'objectGUID', 'guid')).toBeUndefined();
    },
  );

  test('[S31] a UUID is the same in either case; a look-alike of an ASCII letter stays another one', () => {
    const of = (value: string) => subjectOf(entry({ entryUUID: [value] }), 'entryuuid', 'text');
    expect(of('0B1C-2D3E')).toBe('0b1c-2d3e');
    const alike = ['k1', '\uFEFFk1', 'k1 ', '\u212A1', '\u043A1', '\u0130', 'i\u0307', 'i'];
    expect(new Set(alike.map(of)).size).toBe(alike.length);
  });

  test('[MS-DTYP §2.4.2.2] the primary group has the domain of the person', () => {
    const sid = Buffer.from('010500000000000515000000010000000200000003000000f4010000', 'hex');
    expect(primaryGroupSid(sid, '513')?.subarray(-4).readUInt32LE()).toBe(513);
    expect(primaryGroupSid(sid, '513')?.subarray(0, -4)).toEqual(sid.subarray(0, -4));
    for (const bad of [Buffer.from('0105', 'hex'), Buffer.alloc(0)])
      expect(primaryGroupSid(bad, '513')).toBeUndefined();
    expect(primaryGroupSid(sid, '1e3')).toBeUndefined();
  });
});

describe('entries', () => {
  test('[MS-ADTS §3.1.1.3.1.3.3] a range beside an empty list is not an empty list', () => {
    const ranged = entry({ member: [], 'member;range=0-1': ['cn=a', 'cn=b'] });
    expect(ranged.texts('Member')).toEqual(['cn=a', 'cn=b']);
    expect(ranged.nextRange('member')).toBe(2);
    expect(entry({ 'member;range=2-*': ['cn=c'] }).nextRange('member')).toBeUndefined();
  });

  test('bytes that are no text are not one', () => {
    expect(entry({ cn: [Buffer.from([0xff, 0xfe]), '', 'x'] }).texts('CN')).toEqual(['x']);
  });
});

describe('e-mail addresses', () => {
  const { rules: names, ...preset } = DIRECTORY_PRESETS.openldap;
  const rules = { ...names, groups: { map: [], always: [] } };
  const person = entry({ mail: ['alice@example.com'], email_verified: ['true'] });
  const emailOf = (trust: object) => {
    const settings = { ...preset, ...trust } as unknown as OpenLdapSettings;
    return proposePerson(rules, directoryClaims({ settings, rules })(person, undefined), 'subject').email;
  };

  test('[S31] are only copied if the operator says that the directory vouches for them', async () => {
    expect(emailOf({ trustEmail: true })).toBe('alice@example.com');
    expect(emailOf({ trustEmail: false })).toBeUndefined();
    expect(emailOf({})).toBeUndefined();
  });

  test.each([true, false])('[S31] the test of a login shows the same: %s', async (trustEmail) => {
    const settings = { ...preset, trustEmail } as unknown as OpenLdapSettings;
    const claims = { entryUUID: 'x', mail: 'alice@example.com', email_verified: true };
    const tested = await ldapLoginTester(settings).test({ kind: 'claims', claims } as never, undefined as never);
    expect(tested?.login?.claims['email_verified']).toBe(trustEmail);
  });
});

describe('the state of an account', () => {
  const now = Date.UTC(2026, 0, 1);
  const past = String((BigInt(now) - 1n) * 10_000n + 116_444_736_000_000_000n);
  test.each([
    ['512', '0', '1', 'enabled'],
    ['512', '9223372036854775807', '1', 'enabled'],
    ['514', '0', '1', 'disabled'],
    // Both: disabled wins.
    ['514', '0', '0', 'disabled'],
    ['512', past, '1', 'disabled'],
    ['512', '0', '0', 'password-due'],
    ['', '0', '1', 'disabled'],
    ['512', 'soon', '1', 'disabled'],
    ['512', '9'.repeat(100_000), '1', 'disabled'],
  ])('[MS-ADTS §2.2.16] userAccountControl %j, accountExpires %s, pwdLastSet %s: %s', (flags, expires, set, state) => {
    const account = entry({ userAccountControl: [flags], accountExpires: [expires], pwdLastSet: [set] });
    expect(ACCOUNT_RULES.ad.stateOf(account, now).state).toBe(state);
  });

  test('389 Directory Server', () => {
    expect(ACCOUNT_RULES['389ds'].stateOf(entry({ nsAccountLock: ['true'] })).state).toBe('disabled');
    expect(ACCOUNT_RULES['389ds'].stateOf(entry({})).state).toBe('enabled');
  });
});

describe('the outcome of a bind', () => {
  const active = (data: string) => ({
    code: 49,
    diagnostic: `80090308: LdapErr: DSID-0C0903A9, comment: AcceptSecurityContext error, data ${data}, v1db1`,
    controls: new Map<string, Buffer>(),
  });

  test.each([
    ['525', 'wrong'],
    ['52e', 'wrong'],
    ['530', 'not-allowed'],
    ['531', 'not-allowed'],
    ['532', 'password-due'],
    ['533', 'not-allowed'],
    ['701', 'not-allowed'],
    ['773', 'password-due'],
    ['775', 'wrong'],
    ['999', 'wrong'],
  ])('[S25] Active Directory, data %s: %s', (data, outcome) => {
    expect(readBindOutcome(active(data), true).outcome).toBe(outcome);
    expect(readBindOutcome(active(data), true).detail).toContain(data);
    // Other servers may put a person's text there.
    expect(readBindOutcome(active(data), false).outcome).toBe('wrong');
  });

  const policy = (code: number, error: number) => ({
    code,
    diagnostic: '',
    controls: new Map([[PASSWORD_POLICY, Buffer.from([0x30, 3, 0x81, 1, error])]]),
  });

  test.each([
    [49, 0, 'password-due'],
    [49, 1, 'wrong'],
    [0, 2, 'password-due'],
    [0, 0, 'passed'],
  ])('password policy: code %i, error %i: %s', (code, error, outcome) => {
    expect(readBindOutcome(policy(code, error), false).outcome).toBe(outcome);
  });

  test('the older control alone means a password that must be changed first', () => {
    const expired = { code: 0, diagnostic: '', controls: new Map([['2.16.840.1.113730.3.4.4', Buffer.from('0')]]) };
    expect(readBindOutcome(expired, false).outcome).toBe('password-due');
  });

  test('a server that fails says nothing about the password', () => {
    for (const code of [1, 3, 10, 51, 52, 80]) {
      expect(() => readBindOutcome({ ...active('52e'), code }, true)).toThrow(/the server answered/);
    }
  });
});

describe('addresses of servers', () => {
  test.each([
    ['ldaps://dc1.example.com', 636],
    ['LDAP://dc1.example.com:3389/', 3389],
    ['ldap://[::1]:389', 389],
  ])('%s', (url, port) => {
    expect(parseServer(url)?.port).toBe(port);
  });

  test.each([
    'http://x',
    'ldap://',
    'ldap://a:0',
    'ldap://a:70000',
    'ldap://a/dc=x',
    'ldap://u@a',
    'ldapi://%2fvar',
    'ldap://[1.2.3.4]',
  ])('%s is none', (url) => {
    expect(parseServer(url)).toBeUndefined();
  });

  test.each([
    ['169.254.169.254', 'forbidden'],
    ['100.100.100.200', 'forbidden'],
    ['fd00:ec2::254', 'forbidden'],
    ['fe80::1', 'forbidden'],
    ['::ffff:169.254.169.254', 'forbidden'],
    ['0.0.0.0', 'forbidden'],
    ['224.0.0.1', 'forbidden'],
    ['10.0.0.1', 'private'],
    ['127.0.0.1', 'private'],
    ['fd00::1', 'private'],
    ['8.8.8.8', 'public'],
  ])('[S47] %s is %s', (address, reach) => {
    expect(reachOf(address)).toBe(reach);
  });
});
