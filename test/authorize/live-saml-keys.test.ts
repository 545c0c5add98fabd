import { CreateSAMLProviderCommand, UpdateAssumeRolePolicyCommand } from '@aws-sdk/client-iam';
import { AssumeRoleWithSAMLCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ENTITY_ID, metadataOf, rsaKey } from '../../harness/saml-metadata.ts';
import { assertionXml, base64, responseXml, signed } from '../../harness/saml-responses.ts';
import { SAML_KEYS } from '../../src/policy/catalogue/token-keys.ts';
import { makeRole, refusal, roleArn, trust } from '../sts/people.ts';
import { ACCOUNT_ID, type InProcessServer, startInProcess } from '../support/in-process-server.ts';
import { unique } from '../support/unique.ts';

const KEY = rsaKey();
const PROVIDER = `arn:aws:iam::${ACCOUNT_ID}:saml-provider/Idp`;
const RECIPIENT = 'https://id.example.com/saml';
const CLAIMS = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/';

/** [IAM user guide, Mapping SAML attributes to AWS trust policy context keys] the attribute of each key. */
const ATTRIBUTES: Readonly<Record<string, string>> = {
  'saml:cn': 'urn:oid:2.5.4.3',
  'saml:commonName': '2.5.4.3',
  'saml:eduorghomepageuri': 'urn:oid:1.3.6.1.4.1.5923.1.2.1.2',
  'saml:eduorgidentityauthnpolicyuri': 'urn:oid:1.3.6.1.4.1.5923.1.2.1.3',
  'saml:eduorglegalname': 'urn:oid:1.3.6.1.4.1.5923.1.2.1.4',
  'saml:eduorgsuperioruri': 'urn:oid:1.3.6.1.4.1.5923.1.2.1.5',
  'saml:eduorgwhitepagesuri': 'urn:oid:1.3.6.1.4.1.5923.1.2.1.6',
  'saml:edupersonaffiliation': 'urn:oid:1.3.6.1.4.1.5923.1.1.1.1',
  'saml:edupersonassurance': 'urn:oid:1.3.6.1.4.1.5923.1.1.1.11',
  'saml:edupersonentitlement': 'urn:oid:1.3.6.1.4.1.5923.1.1.1.7',
  'saml:edupersonnickname': 'urn:oid:1.3.6.1.4.1.5923.1.1.1.2',
  'saml:edupersonorgdn': 'urn:oid:1.3.6.1.4.1.5923.1.1.1.3',
  'saml:edupersonorgunitdn': 'urn:oid:1.3.6.1.4.1.5923.1.1.1.4',
  'saml:edupersonprimaryaffiliation': 'urn:oid:1.3.6.1.4.1.5923.1.1.1.5',
  'saml:edupersonprimaryorgunitdn': 'urn:oid:1.3.6.1.4.1.5923.1.1.1.8',
  'saml:edupersonprincipalname': 'urn:oid:1.3.6.1.4.1.5923.1.1.1.6',
  'saml:edupersonscopedaffiliation': 'urn:oid:1.3.6.1.4.1.5923.1.1.1.9',
  'saml:edupersontargetedid': 'urn:oid:1.3.6.1.4.1.5923.1.1.1.10',
  'saml:givenName': `${CLAIMS}givenname`,
  'saml:mail': `${CLAIMS}emailaddress`,
  'saml:name': `${CLAIMS}name`,
  'saml:organizationStatus': '0.9.2342.19200300.100.1.45',
  'saml:primaryGroupSID': 'http://schemas.microsoft.com/ws/2008/06/identity/claims/primarygroupsid',
  'saml:surname': `${CLAIMS}surname`,
  'saml:uid': '0.9.2342.19200300.100.1.1',
  'saml:x500UniqueIdentifier': '2.5.4.45',
};

let server: InProcessServer;
/** The keys that do not come from attributes. */
const own: Record<string, string> = {
  'saml:aud': RECIPIENT,
  'saml:doc': `${ACCOUNT_ID}/Idp`,
  'saml:iss': ENTITY_ID,
  'saml:sub': 'person-1',
  'saml:sub_type': 'persistent',
};

async function login(Condition: object) {
  const PolicyDocument = trust({ Federated: PROVIDER }, { Condition }, 'sts:AssumeRoleWithSAML');
  await server.iam().send(new UpdateAssumeRolePolicyCommand({ RoleName: 'live', PolicyDocument }));
  const attributes = Object.entries(ATTRIBUTES).map(([key, name]) => [name, [`a ${key}`, `b ${key}`]]);
  const required = { Role: [`${roleArn('live')},${PROVIDER}`], RoleSessionName: ['alice'] };
  const now = Date.now();
  const assertion = assertionXml({
    id: unique('_'),
    now,
    recipient: RECIPIENT,
    attributes: { ...required, ...Object.fromEntries(attributes) },
  });
  const SAMLAssertion = base64(signed(responseXml(assertion, { now }), 'Assertion', KEY));
  return server
    .sts()
    .send(new AssumeRoleWithSAMLCommand({ RoleArn: roleArn('live'), PrincipalArn: PROVIDER, SAMLAssertion }));
}

beforeAll(async () => {
  server = await startInProcess({ ROLECALL_PUBLIC_URL: 'https://id.example.com' });
  await server.iam().send(new CreateSAMLProviderCommand({ Name: 'Idp', SAMLMetadataDocument: metadataOf(KEY) }));
  await makeRole(server, 'live', { trust: trust({ Federated: PROVIDER }, {}, 'sts:AssumeRoleWithSAML') });
  own['saml:namequalifier'] = (await login({ StringLike: { 'saml:sub': '*' } })).NameQualifier ?? '';
});
afterAll(() => server.close());

describe('condition keys of SAML logins', () => {
  test.each(SAML_KEYS.map(({ name, multivalued }) => [name, multivalued] as const))(
    '%s allows with its value, denies with another',
    async (name, multivalued) => {
      const [first, second] = name in ATTRIBUTES ? [`a ${name}`, `b ${name}`] : [own[name] ?? '', 'another value'];
      const operator = multivalued ? 'ForAnyValue:StringEquals' : 'StringEquals';
      await expect(login({ [operator]: { [name]: first } })).resolves.toBeDefined();
      // a key with one value has the first one
      const other = login({ [operator]: { [name]: multivalued ? 'another value' : second } });
      expect((await refusal(other)).name).toBe('AccessDenied');
      if (multivalued) await expect(login({ [operator]: { [name]: second } })).resolves.toBeDefined();
    },
  );
});
