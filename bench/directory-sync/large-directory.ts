import { type Slapd, startSlapd } from '../../harness/slapd.ts';

export const SUFFIX = 'dc=example,dc=com';
export const READER = { dn: `cn=reader,${SUFFIX}`, password: 'password of the reader' };
const PEOPLE = `ou=people,${SUFFIX}`;
const GROUPS = `ou=groups,${SUFFIX}`;
const TEAM_SIZE = 500;
/** Teams in a division, which lists the teams as members. */
const TEAMS = 10;

/** A person of the directory, by number. */
export const personOf = (index: number) => ({
  dn: `uid=p${index},${PEOPLE}`,
  uid: `p${index}`,
  name: `Person ${index}`,
  entryUuid: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
  groups: ['staff', `team-${Math.floor(index / TEAM_SIZE)}`, `division-${Math.floor(index / TEAM_SIZE / TEAMS)}`],
});

/**
 * Starts OpenLDAP with this many people: each is in a team of 500, each team in a division, and everybody in one group. The entries are loaded
 * by `slapadd`, because adding them over LDAP takes much longer.
 */
export async function startLargeDirectory(people: number): Promise<Slapd> {
  return await startSlapd({
    suffix: SUFFIX,
    ldif: [...entries(people)].join('\n'),
    database: `access to * by dn.exact="${READER.dn}" read by anonymous auth
limits dn.exact="${READER.dn}" size=unlimited
sizelimit 500`,
  });
}

function* entries(people: number): Generator<string> {
  yield entry(SUFFIX, ['objectClass: organization', 'objectClass: dcObject', 'dc: example', 'o: Example']);
  for (const [dn, ou] of [
    [PEOPLE, 'people'],
    [GROUPS, 'groups'],
  ] as const)
    yield entry(dn, ['objectClass: organizationalUnit', `ou: ${ou}`]);
  const roles = ['objectClass: organizationalRole', 'objectClass: simpleSecurityObject'];
  yield entry(READER.dn, [...roles, 'cn: reader', `userPassword: ${READER.password}`]);
  const numbers = (count: number, from = 0): number[] => Array.from({ length: count }, (_, index) => from + index);
  for (const index of numbers(people)) {
    const { dn, uid, name, entryUuid } = personOf(index);
    yield entry(dn, [
      ...['objectClass: inetOrgPerson', `uid: ${uid}`, `cn: ${name}`, 'sn: Person', `mail: ${uid}@example.com`],
      `entryUUID: ${entryUuid}`,
    ]);
  }
  const teams = Math.ceil(people / TEAM_SIZE);
  for (const team of numbers(teams)) {
    const first = team * TEAM_SIZE;
    yield group(
      `team-${team}`,
      numbers(Math.min(TEAM_SIZE, people - first), first).map((index) => personOf(index).dn),
    );
  }
  for (const division of numbers(Math.ceil(teams / TEAMS))) {
    const first = division * TEAMS;
    const members = numbers(Math.min(TEAMS, teams - first), first).map((team) => `cn=team-${team},${GROUPS}`);
    yield group(`division-${division}`, members);
  }
  yield group(
    'staff',
    numbers(people).map((index) => personOf(index).dn),
  );
}

function entry(dn: string, lines: readonly string[]): string {
  return `dn: ${dn}\n${lines.join('\n')}\n`;
}

function group(name: string, members: readonly string[]): string {
  const lines = members.map((dn) => `member: ${dn}`);
  return entry(`cn=${name},${GROUPS}`, ['objectClass: groupOfNames', `cn: ${name}`, ...lines]);
}
