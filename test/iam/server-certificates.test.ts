import { createPrivateKey, generateKeyPairSync, type KeyPairKeyObjectResult } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { certificatePem, issuedCertificate, selfSigned } from '../../harness/certificate.ts';
import {
  ACCOUNT_ID,
  allPages,
  type IamUnderTest,
  OTHER_ACCOUNT_ID,
  openIam,
  refusalOf,
  rootOf,
  START,
} from './support/iam-under-test.ts';

let iam: IamUnderTest;
beforeAll(async () => {
  iam = await openIam();
});
// The tests of what is refused store nothing, so they share one.
afterEach(async () => {
  const { ServerCertificateMetadataList: kept } = await iam.call('ListServerCertificates');
  for (const { ServerCertificateName } of kept) await iam.call('DeleteServerCertificate', { ServerCertificateName });
});
afterAll(() => iam.close());

const ecPair = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pkcs8 = ({ privateKey }: KeyPairKeyObjectResult) =>
  privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
/** The 99th day of the 13th month. */
const NO_DATE = { toISOString: () => '2048-13-99T99:99:99.000Z' } as Date;
const UNTIL = new Date(Date.UTC(2030, 5, 1));
const site = ecPair();
const own = { CertificateBody: certificatePem(selfSigned(site, UNTIL)), PrivateKey: pkcs8(site) };
const root = ecPair();
const middle = ecPair();
const CHAINED = {
  leaf: certificatePem(issuedCertificate(site.publicKey, middle.privateKey)),
  middle: certificatePem(issuedCertificate(middle.publicKey, root.privateKey)),
  root: certificatePem(selfSigned(root)),
};
const upload = (input: object = {}) =>
  iam.call('UploadServerCertificate', { ServerCertificateName: 'Site', ...own, ...input });
const get = (ServerCertificateName = 'site') => iam.call('GetServerCertificate', { ServerCertificateName });
const arn = (rest: string) => `arn:aws:iam::${ACCOUNT_ID}:server-certificate/${rest}`;

describe('a server certificate', () => {
  test('[aws-behaviour 43] is uploaded and read; its private key is sealed and never returned', async () => {
    const { ServerCertificateMetadata: metadata, Tags } = await upload({ Path: '/cloudfront/' });
    expect(metadata).toEqual({
      Path: '/cloudfront/',
      ServerCertificateName: 'Site',
      ServerCertificateId: expect.stringMatching(/^ASCA[A-Z2-7]{16}$/),
      Arn: arn('cloudfront/Site'),
      UploadDate: new Date(START),
      Expiration: UNTIL,
    });
    expect(Tags).toBeUndefined();
    expect(await get()).toEqual({
      ServerCertificate: { ServerCertificateMetadata: metadata, CertificateBody: own.CertificateBody.trim(), Tags: [] },
    });
    const stored = await iam.deps.store.serverCertificates.get([ACCOUNT_ID, metadata.ServerCertificateId]);
    const opened = iam.deps.sealer.open(stored?.sealedKey ?? '', `server-certificate/${metadata.ServerCertificateId}`);
    expect(createPrivateKey({ key: opened, format: 'der', type: 'pkcs8' }).equals(site.privateKey)).toBe(true);
    expect(JSON.stringify(stored)).not.toContain(own.PrivateKey.split('\n')[1]);
    expect((await iam.call('GetAccountSummary')).SummaryMap.ServerCertificates).toBe(1);
  });

  test('[aws-behaviour 43] errors for a name that is taken, in any case, and for one that does not exist', async () => {
    await upload();
    const exists = {
      code: 'EntityAlreadyExists',
      status: 409,
      message: 'The Server Certificate with name SITE already exists.',
    };
    expect(await refusalOf(upload({ ServerCertificateName: 'SITE' }))).toEqual(exists);
    await upload({ ServerCertificateName: 'other' });
    const renaming = { ServerCertificateName: 'other', NewServerCertificateName: 'SITE' };
    expect(await refusalOf(iam.call('UpdateServerCertificate', renaming))).toEqual(exists);
    const missing = {
      code: 'NoSuchEntity',
      status: 404,
      message: 'The Server Certificate with name ghost cannot be found.',
    };
    const ghost = { ServerCertificateName: 'ghost' };
    for (const operation of ['Get', 'Delete', 'Update'])
      expect(await refusalOf(iam.call(`${operation}ServerCertificate`, ghost))).toEqual(missing);
    expect(await refusalOf(iam.call('TagServerCertificate', { ...ghost, Tags: [] }))).toEqual(missing);
  });

  test('gets another name and path, keeps its id, and both ARNs must be allowed', async () => {
    const { ServerCertificateMetadata: before } = await upload();
    const change = { ServerCertificateName: 'site', NewServerCertificateName: 'Shop', NewPath: '/new/' };
    const targets = await iam.targets('UpdateServerCertificate', change);
    expect(targets.map(({ resource }) => resource)).toEqual([arn('Site'), arn('new/Shop')]);
    expect(await iam.call('UpdateServerCertificate', change)).toEqual({});
    expect((await get('shop')).ServerCertificate.ServerCertificateMetadata).toEqual({
      ...before,
      ServerCertificateName: 'Shop',
      Path: '/new/',
      Arn: arn('new/Shop'),
    });
    expect((await refusalOf(get())).code).toBe('NoSuchEntity');
    expect(await iam.call('UpdateServerCertificate', { ServerCertificateName: 'shop' })).toEqual({});
    expect(await iam.call('DeleteServerCertificate', { ServerCertificateName: 'SHOP' })).toEqual({});
    expect((await refusalOf(get('shop'))).code).toBe('NoSuchEntity');
  });

  test('of two renames at a time, the second is refused: it was allowed for another ARN', async () => {
    await upload();
    const rename = (NewServerCertificateName: string) =>
      iam.call('UpdateServerCertificate', { ServerCertificateName: 'site', NewServerCertificateName });
    const results = await Promise.allSettled([rename('first'), rename('second')]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  test('is tagged; tags are required to be allowed at upload', async () => {
    const Tags = [{ Key: 'team', Value: 'blue' }];
    expect((await upload({ Tags })).Tags).toEqual(Tags);
    const named = { ServerCertificateName: 'site' };
    await iam.call('TagServerCertificate', { ...named, Tags: [{ Key: 'Team', Value: 'red' }] });
    await iam.call('UntagServerCertificate', { ...named, TagKeys: ['team', 'x'] });
    const left = [{ Key: 'Team', Value: 'red' }];
    expect(await iam.call('ListServerCertificateTags', named)).toEqual({ Tags: left, IsTruncated: false });
    expect((await get()).ServerCertificate.Tags).toEqual(left);
    const targets = await iam.targets('UploadServerCertificate', { ...own, ServerCertificateName: 'new', Tags });
    expect(targets.map(({ action, resource }) => [action, resource])).toEqual([
      ['iam:UploadServerCertificate', arn('new')],
      ['iam:TagServerCertificate', arn('new')],
    ]);
    expect(await iam.targets('TagServerCertificate', { ...named, Tags })).toMatchObject([
      { resource: arn('Site'), resourceTags: [{ key: 'Team', value: 'red' }], requestTags: [{ key: 'team' }] },
    ]);
  });

  test('is listed by name, by path and page by page, at most 20 of them', async () => {
    for (const name of ['b', 'C', 'a'])
      await upload({ ServerCertificateName: name, ...(name === 'C' && { Path: '/p/' }) });
    const list = { operation: 'ListServerCertificates', member: 'ServerCertificateMetadataList' };
    const pages = await allPages<{ ServerCertificateName: string }>(iam, { ...list, input: { MaxItems: 2 } });
    expect(pages.map((page) => page.map((each) => each.ServerCertificateName))).toEqual([['a', 'b'], ['C']]);
    const { ServerCertificateMetadataList } = await iam.call('ListServerCertificates', { PathPrefix: '/p/' });
    expect(ServerCertificateMetadataList).toMatchObject([{ Arn: arn('p/C') }]);
    for (let i = 4; i <= 20; i++) await upload({ ServerCertificateName: `n${i}` });
    expect(await refusalOf(upload())).toEqual({
      code: 'LimitExceeded',
      status: 409,
      message: 'Cannot exceed quota for ServerCertificatesPerAccount: 20',
    });
    for (let i = 15; i <= 20; i++) await iam.call('DeleteServerCertificate', { ServerCertificateName: `n${i}` });
    const names = Array.from({ length: 12 }, (_, i) => `together${i}`);
    const settled = await Promise.allSettled(names.map((ServerCertificateName) => upload({ ServerCertificateName })));
    const stored = await iam.call('ListServerCertificates', {});
    expect(stored.ServerCertificateMetadataList.length).toBeLessThanOrEqual(20);
    expect(stored.ServerCertificateMetadataList.length).toBe(
      14 + settled.filter(({ status }) => status === 'fulfilled').length,
    );
  });

  test('[S46] is not found by another account', async () => {
    await upload();
    const other = rootOf(OTHER_ACCOUNT_ID);
    const named = { ServerCertificateName: 'site' };
    expect((await refusalOf(iam.call('GetServerCertificate', named, other))).code).toBe('NoSuchEntity');
    expect((await iam.call('ListServerCertificates', {}, other)).ServerCertificateMetadataList).toEqual([]);
    const [target] = await iam.targets('DeleteServerCertificate', named, other);
    expect(target?.resource).toBe(`arn:aws:iam::${OTHER_ACCOUNT_ID}:server-certificate/site`);
  });
});

const NOT_PEM = 'Unable to parse certificate. Please ensure the certificate is in PEM format.';
const badChain = (index: number) =>
  `Unable to validate certificate chain. The certificate chain must start with the immediate signing certificate, followed by any intermediaries in order. The index within the chain of the invalid certificate is: ${index}`;
const { leaf, middle: issuer, root: anchor } = CHAINED;

test.each([
  ['the issuer alone', issuer],
  ['the issuer and the root', `${issuer}${anchor}`],
  ['the same with Windows line ends', `${issuer}\n${anchor}`.replaceAll('\n', '\r\n')],
])(
  '[aws-behaviour 43] the chain is returned as uploaded, but for white space at its ends: %s',
  async (_what, CertificateChain) => {
    await upload({ CertificateBody: leaf, CertificateChain });
    expect((await get()).ServerCertificate).toMatchObject({
      CertificateBody: leaf.trim(),
      CertificateChain: CertificateChain.trim(),
    });
  },
);

const MALFORMED: readonly (readonly [string, object, unknown])[] = [
  ['a body that is no PEM', { CertificateBody: 'site.crt' }, NOT_PEM],
  ['two certificates as the body', { CertificateBody: `${leaf}${issuer}` }, NOT_PEM],
  ['a certificate cut off', { CertificateBody: own.CertificateBody.replace(/\n.{64}\n/, '\n') }, NOT_PEM],
  ['a private key as the body', { CertificateBody: own.PrivateKey }, NOT_PEM],
  ['16 kB of letters', { CertificateBody: 'A'.repeat(16_384) }, NOT_PEM],
  ['a chain that is no PEM', { CertificateChain: '-----BEGIN CERTIFICATE-----' }, NOT_PEM],
  ['a chain with text', { CertificateBody: leaf, CertificateChain: `Subject: ca\n${issuer}` }, NOT_PEM],
  ['a chain without the issuer', { CertificateBody: leaf, CertificateChain: anchor }, badChain(-1)],
  ['a chain with the certificate itself', { CertificateBody: leaf, CertificateChain: leaf }, badChain(-1)],
  ['a chain that goes on wrongly', { CertificateBody: leaf, CertificateChain: issuer + leaf }, badChain(0)],
  [
    'a chain without end',
    { CertificateChain: own.CertificateBody.repeat(21) },
    expect.stringContaining('more than 20'),
  ],
  [
    'a long chain, of which none is read',
    { CertificateChain: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'.repeat(21) },
    expect.stringContaining('more than 20'),
  ],
  [
    'an expired certificate',
    { CertificateBody: certificatePem(selfSigned(site, new Date(START))) },
    expect.stringContaining('expired on Jan  1'),
  ],
  [
    'a certificate of the future',
    { CertificateBody: certificatePem(issuedCertificate(site.publicKey, site.privateKey, { from: UNTIL })) },
    expect.stringContaining('not valid before Jun  1'),
  ],
  [
    'a certificate with a date that does not exist',
    { CertificateBody: certificatePem(selfSigned(site, NO_DATE)) },
    'The certificate has an invalid date.',
  ],
  ['a key that is no PEM', { PrivateKey: 'site.key' }, expect.stringContaining('Invalid Private Key.')],
  [
    'a public key',
    { PrivateKey: site.publicKey.export({ type: 'spki', format: 'pem' }).toString() },
    expect.stringContaining('Invalid Private Key.'),
  ],
  ...(['pkcs8', 'sec1'] as const).map((type): [string, object, unknown] => [
    `an encrypted key (${type})`,
    {
      PrivateKey: site.privateKey.export({ type, format: 'pem', cipher: 'aes-128-cbc', passphrase: 'x' }).toString(),
    },
    'Invalid Private Key. It must not be encrypted.',
  ]),
  ...[generateKeyPairSync('ed25519'), generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 })].map(
    (pair): [string, object, unknown] => [
      `a key of the kind ${pair.privateKey.asymmetricKeyType}`,
      { PrivateKey: pkcs8(pair) },
      expect.stringContaining('It must be an ECDSA key or an RSA key'),
    ],
  ),
];

test.each(MALFORMED)('MalformedCertificate: %s', async (_what, input, message) => {
  const refusal = await refusalOf(upload(input));
  expect(refusal).toEqual({ code: 'MalformedCertificate', status: 400, message });
  expect(refusal.message).not.toContain(own.PrivateKey.split('\n')[1]);
});

test('the key of another certificate does not match', async () => {
  expect(await refusalOf(upload({ PrivateKey: pkcs8(root) }))).toMatchObject({ code: 'KeyPairMismatch', status: 400 });
  expect(
    await refusalOf(upload({ PrivateKey: pkcs8(generateKeyPairSync('rsa', { modulusLength: 2048 })) })),
  ).toMatchObject({ code: 'KeyPairMismatch' });
});

test('RSA keys, in the older form of PEM, and EC keys with their parameters before them', async () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const PrivateKey = rsa.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
  await upload({ ServerCertificateName: 'rsa', CertificateBody: certificatePem(selfSigned(rsa)), PrivateKey });
  const parameters = '-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n';
  const sec1 = site.privateKey.export({ type: 'sec1', format: 'pem' }).toString();
  await upload({ ServerCertificateName: 'ec', PrivateKey: parameters + sec1 });
  expect((await iam.call('ListServerCertificates')).ServerCertificateMetadataList).toHaveLength(2);
});
