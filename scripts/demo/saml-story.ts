import { metadataOf, rsaKey } from '../../harness/saml-metadata.ts';
import { assertionXml, base64, nameIdOf, responseXml, signed } from '../../harness/saml-responses.ts';
import { refused } from './caller.ts';
import { allow, trust } from './documents.ts';
import { keyPair, type Stage } from './stage.ts';

/** A login at a company's SAML identity provider becomes role credentials: the chapter on SAML. */
export async function runSamlStory(stage: Stage): Promise<void> {
  const { narrator, admin, server } = stage;
  narrator.chapter(
    'A SAML login becomes role credentials',
    'The account trusts the SAML identity provider of a company (played by a program with a key of its own).',
  );
  const key = rsaKey();
  const name = stage.name('corp');
  const provider = await admin.iam.createSAMLProvider({ Name: name, SAMLMetadataDocument: metadataOf(key) });
  const providerArn = provider.SAMLProviderArn ?? '';
  const recipient = `${server.url}/saml`;
  const role = { RoleName: stage.name('support') };
  const { Role } = await admin.iam.createRole({
    ...role,
    AssumeRolePolicyDocument: trust(
      { Federated: providerArn },
      { StringEquals: { 'SAML:aud': recipient } },
      'sts:AssumeRoleWithSAML',
    ),
  });
  await admin.iam.putRolePolicy({ ...role, PolicyName: 'look', PolicyDocument: allow('iam:ListRoles') });
  const roleArn = Role?.Arn ?? '';

  /** What the identity provider's page posts after the login. */
  const responseFor = (person: string, signedBy = key) => {
    const now = Date.now();
    const attributes = { Role: [`${roleArn},${providerArn}`], RoleSessionName: [person] };
    const assertion = assertionXml({
      id: `_${stage.name(person)}`,
      now,
      recipient,
      nameId: nameIdOf(person),
      attributes,
    });
    const response = responseXml(signed(assertion, 'Assertion', signedBy), { now, destination: recipient });
    narrator.mask(base64(response), `SAML response for ${person}`);
    return base64(response);
  };
  const anyone = stage.as('erin', { accessKeyId: 'none', secretAccessKey: 'none' });
  const arns = { RoleArn: roleArn, PrincipalArn: providerArn };
  const response = responseFor('erin');
  const assumed = await anyone.sts.assumeRoleWithSAML({ ...arns, SAMLAssertion: response });
  narrator.check(assumed.Credentials !== undefined, 'erin has credentials of the role');

  const support = stage.as('support', keyPair(assumed.Credentials));
  const { Arn = '' } = await support.sts.getCallerIdentity({});
  narrator.check(Arn.endsWith(`assumed-role/${role.RoleName}/erin`), 'the session is named as the assertion says');
  const { Roles = [] } = await support.iam.listRoles({ MaxItems: 1 });
  narrator.check(Roles.length === 1, 'allowed: iam:ListRoles');
  const denied = await refused(narrator, () => support.iam.deleteRole(role));
  narrator.check(denied.code === 'AccessDenied', 'denied: iam:DeleteRole');

  narrator.say('The same response does not work twice, and neither does one that somebody else signed.');
  const again = await refused(narrator, () => anyone.sts.assumeRoleWithSAML({ ...arns, SAMLAssertion: response }));
  narrator.check(again.code === 'InvalidIdentityTokenException', 'refused: used already');
  const forged = await refused(narrator, () =>
    anyone.sts.assumeRoleWithSAML({ ...arns, SAMLAssertion: responseFor('mallory', rsaKey()) }),
  );
  narrator.check(forged.code === 'InvalidIdentityTokenException', 'refused: the signature is not that of the provider');
}
