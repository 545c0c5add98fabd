import { describe, expect, test } from '@jest/globals';
import type { Filter } from 'ldapts';
import { DIRECTORY_PRESETS } from '../../../../src/federation/connectors/ldap/directory-presets.ts';
import { findGroups } from '../../../../src/federation/connectors/ldap/find-groups.ts';
import { ldapConnector } from '../../../../src/federation/connectors/ldap/ldap-connector.ts';
import type { DirectoryLine } from '../../../../src/federation/connectors/ldap/open-directory.ts';
import { searchedGroups } from '../../../../src/federation/connectors/ldap/searched-groups.ts';
import { LoginRefused } from '../../../../src/federation/connectors/login-refused.ts';
import type { DirectoryConnection } from '../../../../src/federation/directory-client/directory-connection.ts';
import { type DirectoryEntry, directoryEntry } from '../../../../src/federation/directory-client/directory-entry.ts';

const ALICE = 'uid=alice,ou=people,dc=example';
const { users, groups, rules } = DIRECTORY_PRESETS.openldap;
const SETTINGS = { preset: 'openldap', baseDn: 'dc=example', timeoutMs: 500, users, groups } as const;
const RULES = { ...rules, groups: { map: [], always: [] } };

const entry = (dn: string, attributes: Readonly<Record<string, string>>) =>
  directoryEntry(
    dn,
    Object.entries(attributes).map(([name, value]) => [name, [Buffer.from(value)]]),
  );

/** A stand-in for a connection, which finds what it is given and refuses every password. */
function standIn(find: (filter: Filter) => readonly DirectoryEntry[]) {
  const bound: string[] = [];
  const result = (code: number) => ({ code, diagnostic: '', controls: new Map<string, Buffer>() });
  const connection: DirectoryConnection = {
    isOpen: true,
    async bind(dn) {
      bound.push(dn);
      return result(49);
    },
    async search({ filter }, onEntry) {
      find(filter).forEach(onEntry);
      return { result: result(0), references: 0 };
    },
    holdProcess: () => undefined,
    close: () => undefined,
  };
  return { connection, bound };
}

function openConnector(found: readonly DirectoryEntry[]) {
  const { connection, bound } = standIn(() => found);
  const line = { server: {}, connection } as DirectoryLine;
  const connector = ldapConnector({
    connector: { settings: SETTINGS as never, rules: RULES },
    directory: { asService: async () => line, to: async () => connection },
    pool: { with: (work) => work(line), close: () => undefined },
  });
  const check = async (counts: boolean, password = 'guess', name = 'alice') =>
    await connector
      .authenticate({ name, password, now: 0, mayTry: async () => counts })
      .catch((error: unknown) => error);
  return { check, bound };
}

describe('a name and a password', () => {
  test('[S24] an attempt that does not count does not count in the directory either', async () => {
    const { check, bound } = openConnector([entry(ALICE, { entryUUID: '1' })]);
    expect(await check(false)).toMatchObject({ check: 'credentials' });
    expect(bound).not.toContain(ALICE);
    expect(bound).toHaveLength(1);
    await check(true);
    expect(bound[1]).toBe(ALICE);
  });

  test.each([
    ['\0', 'alice'],
    ['\0guess', 'alice'],
    ['guess', 'alice\0'],
    ['', 'alice'],
  ])('[RFC 4513 §5.1.2] password %j of %j is sent nowhere', async (password, name) => {
    const { check, bound } = openConnector([entry(ALICE, { entryUUID: '1' })]);
    expect(await check(true, password, name)).toMatchObject({ check: 'credentials' });
    expect(bound).toEqual([]);
  });

  test('[S25] an entry without an identifier is answered like a wrong password', async () => {
    const { check, bound } = openConnector([entry(ALICE, {})]);
    const refusal = await check(true);
    expect(refusal).toBeInstanceOf(LoginRefused);
    expect(refusal).toMatchObject({ check: 'credentials', detail: `${ALICE} has no usable entryUUID` });
    expect(bound).toHaveLength(1);
  });
});

test('[S40] a group is not the person of the same name in a list of names', async () => {
  const asked: string[] = [];
  const { connection } = standIn((filter) => {
    const text = filter.toString();
    asked.push(text);
    if (text.includes('(memberUid=mallory)')) return [entry('cn=alice,ou=groups,dc=example', { cn: 'alice' })];
    return text.includes('(memberUid=alice)') ? [entry('cn=admins,ou=groups,dc=example', { cn: 'admins' })] : [];
  });
  const settings = {
    ...SETTINGS,
    users: { ...users, loginAttributes: ['cn'] },
    groups: { ...groups, memberAttribute: 'memberUid', memberValue: 'name' },
  } as const;
  const limits = { timeoutMs: 500, entries: 1, bytes: 1000 };
  const person = entry('uid=m,ou=people,dc=example', { cn: 'mallory' });
  const search = { connection, settings: settings as never, limits };
  const found = await findGroups(settings as never, searchedGroups(search), person);
  expect(asked).toHaveLength(1);
  expect(found.map(({ name }) => name)).toEqual(['alice']);
});
