import { createPublicKey } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { loginResponse } from '../../src/bridge/answers/response.ts';
import { attributesFor, nameIdFor } from '../../src/bridge/answers/subject-values.ts';
import { readSessionName } from '../../src/federation/saml/aws-attributes.ts';
import { readAssertion } from '../../src/federation/saml/read-assertion.ts';
import { verifyResponse } from '../../src/federation/saml/verify-response.ts';
import { decidingGroups, type SubjectFacts, valuesFor } from '../../src/identity/applications/mapping/subject-facts.ts';
import { applyPreset, type PresetChoice } from '../../src/identity/applications/presets/apply-preset.ts';
import { SAML_PRESETS } from '../../src/identity/applications/presets/saml-presets.ts';
import { samlFieldsShape } from '../../src/identity/applications/saml/saml-settings.ts';
import { samlSettings } from '../../src/identity/applications/saml-seeds.ts';
import { CONTENT, ENVELOPE, IDP_KEY, SIGNING } from './scene.ts';

const ACCOUNT = '123456789012';
const PERSON: SubjectFacts = {
  person: {
    accountId: ACCOUNT,
    accountAlias: 'acme',
    subject: 'AIDAEXAMPLE',
    name: 'alice',
    displayName: 'Alice Liddell',
    email: 'alice@acme.example',
    arn: 'arn:aws:iam::123456789012:user/alice',
  },
  groups: ['admins', 'staff'],
  tags: [{ key: 'admins', value: 'arn:aws:iam::111122223333:role/Admin' }],
};
const FORMAT = 'urn:oasis:names:tc:SAML:';
const PERSISTENT = `${FORMAT}2.0:nameid-format:persistent`;
const EMAIL = `${FORMAT}1.1:nameid-format:emailAddress`;
const UNSPECIFIED = `${FORMAT}1.1:nameid-format:unspecified`;
const PAIRWISE = expect.stringMatching(/^[0-9a-f]{64}$/);
const AWS = 'https://aws.amazon.com/SAML/Attributes';
const Url = 'https://app.acme.example';

function settingsOf(preset: string, parameters: Record<string, string>, roles: PresetChoice['roles'] = []) {
  const applied = applyPreset({ preset, parameters, roles });
  if ('problems' in applied) throw new Error(applied.problems.join('; '));
  const given = samlFieldsShape.parse(applied.settings);
  return { entityId: given.entityId, settings: samlSettings(given), startUrl: applied.startUrl };
}

/** What a service gets, after the checks of signatures. */
function received(
  preset: string,
  parameters: Record<string, string>,
  { roles = [], facts = PERSON }: { readonly roles?: PresetChoice['roles']; readonly facts?: SubjectFacts } = {},
) {
  const { entityId, settings } = settingsOf(preset, parameters, roles);
  const valuesOf = valuesFor(facts);
  const secret = Buffer.alloc(32, 1);
  const format = settings.nameId.format;
  const nameId = nameIdFor(facts, valuesOf, { format, settings, entityId, accountId: facts.person.accountId, secret });
  if (nameId === undefined) throw new Error('no NameID');
  const acs = settings.acs[0]?.url ?? '';
  const { signResponse, signAssertion } = settings;
  const audience = settings.audience ?? entityId;
  const content = {
    ...CONTENT,
    nameId,
    entityId,
    audience,
    acs,
    attributes: attributesFor(settings, valuesOf, decidingGroups(facts, ACCOUNT)),
  };
  const protection = { signing: SIGNING, signResponse, signAssertion, encryption: undefined };
  const xml = loginResponse({ ...ENVELOPE, acs }, content, protection);
  const signingKeys = [createPublicKey(IDP_KEY.privateKey)];
  const { assertion, destination } = verifyResponse(xml, {
    signingKeys,
    privateKeys: () => [],
    isEncryptionRequired: false,
  });
  expect(destination).toBe(acs);
  const read = readAssertion(assertion);
  return {
    acs: read.confirmation.recipient,
    audience: read.audiences.flat(),
    nameId: [read.nameId?.format, read.nameId?.value],
    attributes: Object.fromEntries(read.attributes),
    signatures: [...xml.matchAll(/<ds:Signature /g)].length,
  };
}

const GITHUB = { full_name: ['Alice Liddell'], emails: ['alice@acme.example'] };
const GITLAB = {
  email: ['alice@acme.example'],
  name: ['Alice Liddell'],
  nickname: ['alice'],
  groups: ['admins', 'staff'],
};

/** By the services' documentation (`source` of each preset). */
const EXPECTED: Readonly<Record<string, readonly [parameters: Record<string, string>, assertion: object]>> = {
  aws: [
    {},
    {
      acs: 'https://signin.aws.amazon.com/saml',
      audience: ['urn:amazon:webservices'],
      nameId: [PERSISTENT, PAIRWISE],
      attributes: { [`${AWS}/RoleSessionName`]: ['alice'], [`${AWS}/SessionDuration`]: ['3600'] },
      signatures: 1,
    },
  ],
  'github-enterprise': [
    { Enterprise: 'acme' },
    {
      acs: 'https://github.com/enterprises/acme/saml/consume',
      audience: ['https://github.com/enterprises/acme'],
      nameId: [PERSISTENT, 'alice'],
      attributes: GITHUB,
      signatures: 1,
    },
  ],
  'github-organization': [
    { Organization: 'acme' },
    {
      acs: 'https://github.com/orgs/acme/saml/consume',
      audience: ['https://github.com/orgs/acme'],
      nameId: [PERSISTENT, 'alice'],
      attributes: GITHUB,
      signatures: 1,
    },
  ],
  'github-enterprise-server': [
    { Url },
    {
      acs: `${Url}/saml/consume`,
      audience: [Url],
      nameId: [PERSISTENT, PAIRWISE],
      attributes: { username: ['alice'], ...GITHUB },
      signatures: 1,
    },
  ],
  gitlab: [
    { Url },
    {
      acs: `${Url}/users/auth/saml/callback`,
      audience: [Url],
      nameId: [PERSISTENT, PAIRWISE],
      attributes: GITLAB,
      signatures: 1,
    },
  ],
  'gitlab-com': [
    { Group: 'acme' },
    {
      acs: 'https://gitlab.com/groups/acme/-/saml/callback',
      audience: ['https://gitlab.com/groups/acme'],
      nameId: [PERSISTENT, PAIRWISE],
      attributes: GITLAB,
      signatures: 1,
    },
  ],
  'google-workspace': [
    { ProfileId: '01abcde2f3gh4ij' },
    {
      acs: 'https://accounts.google.com/samlrp/01abcde2f3gh4ij/acs',
      audience: ['https://accounts.google.com/samlrp/01abcde2f3gh4ij'],
      nameId: [EMAIL, 'alice@acme.example'],
      attributes: {},
      signatures: 1,
    },
  ],
  grafana: [
    { Url },
    {
      acs: `${Url}/saml/acs`,
      audience: [`${Url}/saml/metadata`],
      nameId: [PERSISTENT, PAIRWISE],
      attributes: {
        displayName: ['Alice Liddell'],
        login: ['alice'],
        mail: ['alice@acme.example'],
        groups: ['admins', 'staff'],
      },
      signatures: 1,
    },
  ],
  jenkins: [
    { Url: `${Url}/jenkins` },
    {
      acs: `${Url}/jenkins/securityRealm/finishLogin`,
      audience: [`${Url}/jenkins/securityRealm/finishLogin`],
      nameId: [PERSISTENT, PAIRWISE],
      attributes: {
        username: ['alice'],
        email: ['alice@acme.example'],
        'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name': ['Alice Liddell'],
        'http://schemas.xmlsoap.org/claims/Group': ['admins', 'staff'],
      },
      signatures: 1,
    },
  ],
  nextcloud: [
    { Url: `${Url}/index.php` },
    {
      acs: `${Url}/index.php/apps/user_saml/saml/acs`,
      audience: [`${Url}/index.php/apps/user_saml/saml/metadata`],
      nameId: [PERSISTENT, PAIRWISE],
      attributes: {
        uid: ['alice'],
        displayName: ['Alice Liddell'],
        email: ['alice@acme.example'],
        groups: ['admins', 'staff'],
      },
      signatures: 1,
    },
  ],
  salesforce: [
    { MyDomain: 'acme', OrganizationId: '00D000000000001EAA' },
    {
      acs: 'https://acme.my.salesforce.com?so=00D000000000001EAA',
      audience: ['https://acme.my.salesforce.com'],
      nameId: [UNSPECIFIED, 'alice'],
      attributes: {},
      signatures: 1,
    },
  ],
  slack: [
    { Workspace: 'acme' },
    {
      acs: 'https://acme.slack.com/sso/saml',
      audience: ['https://slack.com'],
      nameId: [PERSISTENT, PAIRWISE],
      attributes: { 'User.Email': ['alice@acme.example'], 'User.Username': ['alice'] },
      signatures: 2,
    },
  ],
  zendesk: [
    { Subdomain: 'acme' },
    {
      acs: 'https://acme.zendesk.com/access/saml',
      audience: ['acme.zendesk.com'],
      nameId: [EMAIL, 'alice@acme.example'],
      attributes: { external_id: ['AIDAEXAMPLE'], 'urn:oid:2.16.840.1.113730.3.1.241': ['Alice Liddell'] },
      signatures: 1,
    },
  ],
};

describe('the presets', () => {
  const sessionNames = new Set<string>();

  test.each([...SAML_PRESETS.keys()])('[%s] the assertion is as the service documents it', (name) => {
    const [parameters, assertion] = EXPECTED[name] ?? [{}, {}];
    expect(received(name, parameters)).toEqual(assertion);
  });

  test.each([
    ['a', 'AIDAFIRST', /^a-[0-9a-f]{8}$/],
    ['a', 'AIDASECOND', /^a-[0-9a-f]{8}$/],
    ['al', 'AIDAFIRST', /^al$/],
    ['+=,.@-'.padEnd(64, 'x'), 'AIDAFIRST', /^\+=,\.@-x{58}$/],
  ])('[aws] user %s (%s) has a session name that STS accepts', (name, subject, expected) => {
    const facts = { ...PERSON, person: { ...PERSON.person, name, subject } };
    const { attributes } = received('aws', {}, { facts });
    const sessionName = readSessionName(new Map(Object.entries(attributes)));
    expect(sessionName).toMatch(expected);
    sessionNames.add(sessionName);
  });

  test('[aws] two users of one character have different session names', () => expect(sessionNames.size).toBe(4));

  test('roles of AWS come from groups alone, each with the provider of its account', () => {
    const role = (account: string, path: string): string => `arn:aws:iam::${account}:role/${path}`;
    const roles = [
      { group: 'admins', role: role('111122223333', 'Admin') },
      { group: 'admins', role: role('444455556666', 'team/Admin') },
      { group: 'finance', role: role('111122223333', 'Billing') },
    ];
    const of = (facts: SubjectFacts) => received('aws', { Provider: 'Acme' }, { roles, facts }).attributes;
    expect(of(PERSON)[`${AWS}/Role`]).toEqual([
      'arn:aws:iam::111122223333:role/Admin,arn:aws:iam::111122223333:saml-provider/Acme',
      'arn:aws:iam::444455556666:role/team/Admin,arn:aws:iam::444455556666:saml-provider/Acme',
    ]);
    // Whatever else is called as the group is.
    const impostor = {
      ...PERSON.person,
      name: 'admins',
      displayName: 'admins',
      email: 'admins',
      accountAlias: 'admins',
    };
    const facts = { person: impostor, groups: ['Admins', 'admins '], tags: [{ key: 'group', value: 'admins' }] };
    expect(of(facts)).not.toHaveProperty([`${AWS}/Role`]);
    // Another account decides who is in its group of that name.
    const stranger = { ...PERSON, person: { ...PERSON.person, accountId: '210987654321' } };
    expect(of(stranger)).not.toHaveProperty([`${AWS}/Role`]);
  });

  test.each<[string, string, Record<string, string>, PresetChoice['roles'], string]>([
    ['a preset that is not there', 'nothing', {}, [], 'Preset: there is no nothing (known: aws,'],
    ['a missing parameter', 'slack', {}, [], 'PresetParameters: Workspace is needed, such as acme'],
    [
      'a parameter of another preset',
      'aws',
      { Url },
      [],
      'the preset aws has no parameter Url (known: Provider, SessionSeconds)',
    ],
    ['a prototype', 'slack', { Workspace: 'a', toString: 'x' }, [], 'the preset slack has no parameter toString'],
    ...['acme.evil.example/', 'evil.example#', 'a/../b', 'acme\n', '', '-a', '${user:email}', '{Url}', 'a@b'].map(
      (Workspace): [string, string, Record<string, string>, [], string] => [
        `the workspace ${JSON.stringify(Workspace)}`,
        'slack',
        { Workspace },
        [],
        'PresetParameters.Workspace: must be the first part of the address of the workspace, such as acme',
      ],
    ),
    ...['http://app.example', `${Url}/`, `${Url}?x`, `${Url}#x`, 'https://u@app.example', `${Url}/\${user:name}`].map(
      (address): [string, string, Record<string, string>, [], string] => [
        `the address ${address}`,
        'grafana',
        { Url: address },
        [],
        'PresetParameters.Url: must be the address of the service, without a slash at the end, such as https://app.example.com',
      ],
    ),
    [
      'too long a session',
      'aws',
      { SessionSeconds: '43201' },
      [],
      'SessionSeconds: must be the length of console sessions in seconds, 900 to 43200, such as 3600',
    ],
    [
      'too short a session',
      'aws',
      { SessionSeconds: '899' },
      [],
      'SessionSeconds: must be the length of console sessions in seconds, 900 to 43200, such as 3600',
    ],
    [
      'a role that depends on the person',
      'aws',
      {},
      [{ group: 'x', role: 'arn:aws:iam::111122223333:role/${user:tag/role}' }],
      'PresetRoles.0.Role: must look like arn:aws:iam::111122223333:role/Reader',
    ],
    [
      'two roles as one',
      'aws',
      {},
      [{ group: 'x', role: 'arn:aws:iam::111122223333:role/a,b:c' }],
      'must look like arn',
    ],
    ['roles of a service without', 'slack', { Workspace: 'a' }, [{ group: 'x', role: 'y' }], 'slack has no roles'],
    ['a role that is not there', 'grafana', { Url }, [{ group: 'x', role: 'Root' }], 'must look like Editor'],
  ])('%s is refused', (_what, preset, parameters, roles, problem) => {
    const applied = applyPreset({ preset, parameters, roles });
    expect('problems' in applied && applied.problems.join('; ')).toContain(problem);
  });

  test('every parameter and role has an example that is accepted', () => {
    for (const { name, parameters, roles } of SAML_PRESETS.values()) {
      const examples = Object.fromEntries(parameters.map((each) => [each.name, each.example]));
      const ofRoles = roles === undefined ? [] : [{ group: 'staff', role: roles.example }];
      expect(settingsOf(name, examples, ofRoles).settings.acs).toHaveLength(1);
    }
  });
});
