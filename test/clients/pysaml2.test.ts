import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { runProgram } from '../../harness/run-program.ts';
import { openSamlScene, type SamlScene } from './saml-scene.ts';
import { withPeer } from './with-peer.ts';

const PYTHON = '/usr/bin/python3';
const IDP = fileURLToPath(new URL('./pysaml2_idp.py', import.meta.url));
const isThere = spawnSync(PYTHON, ['-c', 'import saml2']).status === 0;
/** boto3 is called without credentials: the response is all that it has. */
const PRESENT = `
import boto3, json, sys
from botocore import UNSIGNED
from botocore.config import Config
endpoint, role, provider, response = sys.argv[1:]
sts = boto3.client("sts", endpoint_url=endpoint, region_name="ap-south-1", config=Config(signature_version=UNSIGNED))
answer = sts.assume_role_with_saml(RoleArn=role, PrincipalArn=provider, SAMLAssertion=response)
print(json.dumps([answer["Subject"], answer["SubjectType"], answer["PackedPolicySize"] > 0]))
`;
const environment = { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '' };

const withPysaml2 = withPeer(isThere, 'pysaml2');
withPysaml2('pysaml2 as identity provider (skipped where it is not installed)', () => {
  let scene: SamlScene;
  let made: Readonly<Record<string, string>>;
  const response = (kind: string) => Buffer.from(made[kind] ?? '').toString('base64');

  beforeAll(async () => {
    scene = await openSamlScene('pysaml2');
    const run = await runProgram(
      PYTHON,
      [IDP, scene.directory, scene.recipient, scene.role, scene.provider],
      environment,
    );
    if (run.status !== 0) throw new Error(run.stderr);
    made = JSON.parse(run.stdout);
    await scene.register(made['metadata'] ?? '');
  });
  afterAll(() => scene?.close());

  test.each(['assertion signed', 'response signed', 'both signed'])('%s', async (kind) => {
    expect(await scene.present(response(kind))).toMatchObject({
      AssumedRoleUser: { Arn: expect.stringContaining('/alice') },
      Subject: 'pysaml2-person',
      SubjectType: 'persistent',
      Issuer: 'https://pysaml2.example.com/idp',
      Audience: scene.recipient,
    });
  });

  test('boto3 presents a response', async () => {
    const args = [scene.url, scene.role, scene.provider, response('for boto3')];
    const run = await runProgram(PYTHON, ['-c', PRESENT, ...args], environment);
    expect(run.stderr).toBe('');
    expect(JSON.parse(run.stdout)).toEqual(['pysaml2-person', 'persistent', true]);
  });

  test.each([
    ['unsigned', 'Response signature invalid (neither the response nor its assertion is signed)'],
    ['SHA-1', 'Response signature invalid (SignatureMethod http://www.w3.org/2000/09/xmldsig#rsa-sha1 is not accepted'],
    ['encrypted by Triple DES', 'the encryption algorithm of EncryptedData is not accepted'],
    ['assertion signed', 'The assertion has already been used'],
  ])('S38, S39: refused: %s', async (kind, message) => {
    const refusal = await scene.refused(response(kind));
    expect(refusal).toMatchObject({ code: 'InvalidIdentityToken', message: expect.stringContaining(message) });
  });
});
