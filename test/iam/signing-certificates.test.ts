import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeEach, expect, test } from '@jest/globals';
import { certificatePem, selfSigned } from '../../harness/certificate.ts';
import { ACCOUNT_ID, type IamUnderTest, openIam, refusalOf, rootOf, START } from './support/iam-under-test.ts';

let iam: IamUnderTest;
beforeEach(async () => {
  await iam?.close();
  iam = await openIam();
  await iam.call('CreateUser', { UserName: 'alice' });
});
afterAll(() => iam.close());

const pem = (until?: Date): string =>
  certificatePem(selfSigned(generateKeyPairSync('ec', { namedCurve: 'P-256' }), until));
const upload = (CertificateBody: string, UserName = 'alice') =>
  iam.call('UploadSigningCertificate', { UserName, CertificateBody });
const list = async (UserName = 'alice') => (await iam.call('ListSigningCertificates', { UserName })).Certificates;
const UNKNOWN = 'NONEXISTENTCERTID12345678901';

test('a certificate is uploaded, made inactive and deleted', async () => {
  const CertificateBody = pem();
  const { Certificate: certificate } = await upload(CertificateBody);
  expect(certificate).toEqual({
    UserName: 'alice',
    CertificateId: expect.stringMatching(/^[A-Z2-7]{32}$/),
    CertificateBody,
    Status: 'Active',
    UploadDate: new Date(START),
  });
  expect(await list()).toEqual([certificate]);
  const named = { UserName: 'alice', CertificateId: certificate.CertificateId };
  expect(await iam.call('UpdateSigningCertificate', { ...named, Status: 'Inactive' })).toEqual({});
  expect(await list()).toEqual([{ ...certificate, Status: 'Inactive' }]);
  expect(await iam.call('DeleteSigningCertificate', named)).toEqual({});
  expect(await list()).toEqual([]);
});

test('a certificate and the other credentials of a user do not change each other', async () => {
  await iam.call('CreateAccessKey', { UserName: 'alice' });
  await upload(pem());
  expect((await iam.call('ListAccessKeys', { UserName: 'alice' })).AccessKeyMetadata).toHaveLength(1);
  await iam.call('CreateAccessKey', { UserName: 'alice' });
  expect(await list()).toHaveLength(1);
});

test.each([
  ['no certificate', () => 'invalid-certificate-body'],
  ['a certificate cut off', () => pem().replace(/\n.{64}\n/, '\n')],
  ['two certificates', () => pem() + pem()],
  ['a key', () => '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----'],
])('%s is malformed, in AWS’s words', async (_what, make) => {
  const body = make();
  expect(await refusalOf(upload(body))).toEqual({
    code: 'MalformedCertificate',
    status: 400,
    message: `Certificate ${body} is malformed.`,
  });
});

test('a private key, sent by mistake, is not repeated', async () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const body = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const { code, message } = await refusalOf(upload(body + pem()));
  expect([code, message]).toEqual(['MalformedCertificate', expect.stringContaining('A private key is no certificate')]);
  expect(message).not.toContain(body.split('\n')[1]);
});

test('an expired certificate and one that the user has are refused, and a third one', async () => {
  const noDate = { toISOString: () => '2048-13-99T99:99:99.000Z' } as Date;
  for (const until of [new Date(START), noDate])
    expect(await refusalOf(upload(pem(until)))).toMatchObject({ code: 'InvalidCertificate', status: 400 });
  const body = pem();
  await upload(body);
  expect(await refusalOf(upload(`\n${body}`))).toMatchObject({ code: 'DuplicateCertificate', status: 409 });
  await upload(pem());
  expect(await refusalOf(upload(pem()))).toEqual({
    code: 'LimitExceeded',
    status: 409,
    message: 'Cannot exceed quota for CertificatesPerUser: 2',
  });
});

test('errors name what is missing, and a user with a certificate cannot be deleted', async () => {
  const named = { UserName: 'alice', CertificateId: UNKNOWN };
  const missing = {
    code: 'NoSuchEntity',
    status: 404,
    message: `The Certificate with id ${UNKNOWN} cannot be found.`,
  };
  expect(await refusalOf(iam.call('UpdateSigningCertificate', { ...named, Status: 'Inactive' }))).toEqual(missing);
  expect(await refusalOf(iam.call('DeleteSigningCertificate', named))).toEqual(missing);
  expect((await refusalOf(upload(pem(), 'nobody'))).message).toBe('The user with name nobody cannot be found.');
  await upload(pem());
  expect((await refusalOf(iam.call('DeleteUser', { UserName: 'alice' }))).message).toBe(
    'Cannot delete entity, must delete signing certificates first.',
  );
});

test('the root user has certificates of its own, which the summary and the credential report tell', async () => {
  const root = rootOf(ACCOUNT_ID);
  const present = async () =>
    (await iam.call('GetAccountSummary', {}, root)).SummaryMap.AccountSigningCertificatesPresent;
  expect(await present()).toBe(0);
  const { Certificate } = await iam.call('UploadSigningCertificate', { CertificateBody: pem() }, root);
  expect(Certificate.UserName).toBe(ACCOUNT_ID);
  expect(await present()).toBe(1);
  const { CertificateId } = (await upload(pem())).Certificate;
  iam.clock.advance(60_000);
  await upload(pem());
  await iam.call('UpdateSigningCertificate', { UserName: 'alice', CertificateId, Status: 'Inactive' });
  while ((await iam.call('GenerateCredentialReport')).State !== 'COMPLETE') await new Promise(setImmediate);
  const { Content } = await iam.call('GetCredentialReport');
  const [, own = '', alice = ''] = Buffer.from(Content).toString('utf8').split('\n');
  const [first, second] = ['2026-01-01T00:00:00Z', '2026-01-01T00:01:00Z'];
  expect(own.split(',').slice(-4)).toEqual(['true', first, 'false', 'N/A']);
  expect(alice.split(',').slice(-4)).toEqual(['false', first, 'true', second]);
});
