import { newPerson } from '../../harness/person.ts';
import { type Slapd, startSlapd } from '../../harness/slapd.ts';
import { beginLogin, describePage, expectPage, leftFor, openApp } from './app-login.ts';
import type { Stage } from './stage.ts';

const SUFFIX = 'dc=example,dc=com';
const CONNECTOR = 'directory';
const GROUP = 'Accountants';
const PASSWORD = 'nine patient herons wade';
const READER = { dn: `cn=reader,${SUFFIX}`, password: 'reads the directory' };

const LDIF = `dn: ${SUFFIX}
objectClass: organization
objectClass: dcObject
dc: example
o: Example

dn: ${READER.dn}
objectClass: organizationalRole
objectClass: simpleSecurityObject
cn: reader
userPassword: ${READER.password}

dn: ou=people,${SUFFIX}
objectClass: organizationalUnit
ou: people

dn: uid=frank,ou=people,${SUFFIX}
objectClass: inetOrgPerson
uid: frank
cn: Frank Ledger
sn: Ledger
userPassword: ${PASSWORD}

dn: cn=accounting,${SUFFIX}
objectClass: groupOfNames
cn: accounting
member: uid=frank,ou=people,${SUFFIX}
`;

/** A directory with one person (OpenLDAP’s own server), and the connector that the configuration file has for it. */
export interface Directory {
  readonly slapd: Slapd;
  readonly connector: object;
}

export async function startDirectory(): Promise<Directory> {
  const access = `access to attrs=userPassword by anonymous auth\naccess to * by dn.exact="${READER.dn}" read`;
  const slapd = await startSlapd({ suffix: SUFFIX, ldif: LDIF, database: access });
  return {
    slapd,
    connector: {
      name: CONNECTOR,
      kind: 'ldap',
      displayName: 'Example directory',
      servers: [slapd.secureUrl],
      ca: slapd.ca,
      baseDn: SUFFIX,
      bindDn: READER.dn,
      bindPassword: READER.password,
      rules: { groups: { map: [{ value: 'accounting', group: GROUP }] } },
    },
  };
}

/** A person of a company’s LDAP directory signs in to the app: the chapter on LDAP. */
export async function runDirectoryStory(stage: Stage): Promise<void> {
  const { narrator, admin, server } = stage;
  narrator.chapter(
    'A person of the company directory signs in',
    'A connector asks an LDAP directory (OpenLDAP). The password is checked there, and never stored here.',
  );
  narrator.mask(PASSWORD, 'Frank’s password');
  await admin.iam.createGroup({ GroupName: GROUP });
  const app = await openApp(stage);
  const login = await beginLogin(stage, app, { scope: 'openid profile groups' });
  const person = newPerson(server.url);
  const page = expectPage(await expectPage(await person.open(login.url.href)).submit('example directory'));
  describePage(stage, page);
  narrator.command('frank', 'sign in with a wrong password');
  const again = expectPage(await page.submit('sign in', { name: 'frank', password: 'nine patient crows' }));
  narrator.check(again.status >= 400, 'a wrong password is refused');
  narrator.command('frank', 'sign in with the one of the directory');
  const consent = expectPage(await again.submit('sign in', { name: 'frank', password: PASSWORD }));
  describePage(stage, consent);
  const tokens = await login.finish(leftFor(await consent.submit('allow')));
  const claims = tokens.claims();
  narrator.check(claims?.['name'] === 'Frank Ledger', 'Frank is signed in to the app');
  narrator.check(
    JSON.stringify(claims?.['groups']) === `["${GROUP}"]`,
    `in the group ${GROUP}, by the directory’s group`,
  );
}
