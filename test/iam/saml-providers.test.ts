import { createPrivateKey, createPublicKey, generateKeyPairSync, privateDecrypt, publicEncrypt } from 'node:crypto';
import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ecKey, metadataOf, rsaKey } from '../../harness/saml-metadata.ts';
import {
  ACCOUNT_ID,
  type IamUnderTest,
  OTHER_ACCOUNT_ID,
  openIam,
  refusalOf,
  rootOf,
  START,
} from './support/iam-under-test.ts';

let iam: IamUnderTest;
const signing = rsaKey();
const METADATA = metadataOf(signing);
const arnOf = (name: string) => `arn:aws:iam::${ACCOUNT_ID}:saml-provider/${name}`;
const ARN = arnOf('Okta');
const pem = (): string =>
  generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const KEY = pem();
const create = (further: object = {}) =>
  iam.call('CreateSAMLProvider', { Name: 'Okta', SAMLMetadataDocument: METADATA, ...further });
const get = (SAMLProviderArn = ARN) => iam.call('GetSAMLProvider', { SAMLProviderArn });
const update = (changes: object) => iam.call('UpdateSAMLProvider', { SAMLProviderArn: ARN, ...changes });
const keyIds = async (): Promise<string[]> => (await get()).PrivateKeyList.map(({ KeyId }: { KeyId: string }) => KeyId);

beforeEach(async () => {
  await iam?.close();
  iam = await openIam();
});
afterAll(() => iam.close());

describe('CreateSAMLProvider', () => {
  test('returns the ARN and the tags', async () => {
    const Tags = [{ Key: 'a', Value: 'b' }];
    expect(await create({ Tags })).toEqual({ SAMLProviderArn: ARN, Tags });
    expect(await get()).toEqual({
      SAMLProviderUUID: expect.stringMatching(/^[A-Z0-9]{22,64}$/),
      SAMLMetadataDocument: METADATA,
      CreateDate: new Date(START),
      ValidUntil: new Date(Date.UTC(2126, 0, 1)),
      Tags,
      AssertionEncryptionMode: 'Allowed',
      PrivateKeyList: [],
    });
  });

  test('needs only a name and metadata, and returns their expiry', async () => {
    const SAMLMetadataDocument = metadataOf(signing, { attributes: 'validUntil="2027-05-06T07:08:09Z"' });
    expect(await create({ SAMLMetadataDocument })).toEqual({ SAMLProviderArn: ARN });
    expect((await get()).ValidUntil).toEqual(new Date(Date.UTC(2027, 4, 6, 7, 8, 9)));
  });

  test('stores what logins need', async () => {
    await create();
    expect(await iam.deps.store.samlProviders.get([ACCOUNT_ID, ARN])).toMatchObject({
      metadata: { entityId: 'https://idp.example.com/saml', signingCertificates: [signing.certificate] },
    });
  });

  test('[aws-behaviour 38] a name can be used once, ignoring case', async () => {
    const results = await Promise.allSettled(Array.from({ length: 10 }, () => create()));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await refusalOf(create({ Name: 'oKTA' }))).toEqual({
      code: 'EntityAlreadyExists',
      status: 409,
      message: 'Provider with name oKTA already exists.',
    });
  });

  test('a private key is sealed, and never returned', async () => {
    await create({ AddPrivateKey: KEY, AssertionEncryptionMode: 'Required' });
    const answer = await get();
    expect(answer).toMatchObject({ AssertionEncryptionMode: 'Required' });
    expect(answer.PrivateKeyList).toEqual([
      { KeyId: expect.stringMatching(/^[A-Z0-9]{22,64}$/), Timestamp: new Date(START) },
    ]);
    const stored = await iam.deps.store.samlProviders.get([ACCOUNT_ID, ARN]);
    const [{ keyId = '', sealedKey = '' } = {}] = stored?.privateKeys ?? [];
    expect(JSON.stringify([answer, stored])).not.toContain(KEY.split('\n')[1]);
    const der = iam.deps.sealer.open(sealedKey, `${ARN}#${keyId}`);
    const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
    const secret = publicEncrypt(createPublicKey(KEY), Buffer.from('secret'));
    expect(privateDecrypt(key, secret).toString()).toBe('secret');
    expect(() => iam.deps.sealer.open(sealedKey, `${arnOf('Other')}#${keyId}`)).toThrow();
  });

  test.each([
    ['text', { SAMLMetadataDocument: 'x'.repeat(1000) }, 'Could not parse metadata: it is not well-formed XML'],
    [
      'metadata that has expired',
      { SAMLMetadataDocument: metadataOf(signing, { attributes: 'validUntil="2025-12-31T23:59:59Z"' }) },
      'Could not parse metadata: it has expired (validUntil): upload a current document',
    ],
    ['a text as private key', { AddPrivateKey: 'secret' }, 'Invalid private key.'],
    [
      'an EC key as private key',
      { AddPrivateKey: ecKey().privateKey.export({ type: 'pkcs8', format: 'pem' }) },
      'Invalid private key.',
    ],
    [
      '[aws-behaviour 38] encryption without a key',
      { AssertionEncryptionMode: 'Required' },
      'Unable to set assertion encryption mode to Required because no private key is provided.',
    ],
    [
      'a tag key that comes twice',
      {
        Tags: [
          { Key: 'a', Value: '' },
          { Key: 'a', Value: 'x' },
        ],
      },
      'Duplicate tag keys found.',
    ],
  ])('refuses %s', async (_name, further, message) => {
    expect(await refusalOf(create(further))).toEqual({ code: 'InvalidInput', status: 400, message });
    expect((await iam.call('ListSAMLProviders')).SAMLProviderList).toEqual([]);
  });

  test('[aws-behaviour 13] an account has 100 at most', async () => {
    for (let index = 0; index < 100; index++) await create({ Name: `p${index}` });
    expect(await refusalOf(create())).toEqual({
      code: 'LimitExceeded',
      status: 409,
      message: 'Cannot exceed quota for SAMLProvidersPerAccount: 100',
    });
    expect((await iam.call('GetAccountSummary')).SummaryMap).toMatchObject({ Providers: 100 });
  });
});

describe('UpdateSAMLProvider', () => {
  beforeEach(() => create());

  test('replaces the metadata', async () => {
    iam.clock.advance(1000);
    const SAMLMetadataDocument = metadataOf(rsaKey(), { entityId: 'urn:new' });
    expect(await update({ SAMLMetadataDocument })).toEqual({ SAMLProviderArn: ARN });
    expect(await get()).toMatchObject({ SAMLMetadataDocument, CreateDate: new Date(START) });
    const stored = await iam.deps.store.samlProviders.get([ACCOUNT_ID, ARN]);
    expect(stored?.metadata.entityId).toBe('urn:new');
  });

  test('[aws-behaviour 38] private keys roll over: at most two, removed by id', async () => {
    await update({ AddPrivateKey: KEY, AssertionEncryptionMode: 'Required' });
    await update({ AddPrivateKey: pem() });
    expect(await refusalOf(update({ AddPrivateKey: pem() }))).toEqual({
      code: 'LimitExceeded',
      status: 409,
      message: 'Private key limit of 2 is reached.',
    });
    const [old = '', current = ''] = await keyIds();
    expect(current).not.toBe(old);
    await update({ RemovePrivateKey: old });
    expect(await keyIds()).toEqual([current]);
    expect((await refusalOf(update({ RemovePrivateKey: old }))).message).toBe(
      'Failed to remove private key because the Key ID does not match a private key.',
    );
    expect((await refusalOf(update({ RemovePrivateKey: current }))).message).toBe('Failed to remove private key.');
    await update({ RemovePrivateKey: current, AssertionEncryptionMode: 'Allowed' });
    expect(await get()).toMatchObject({ PrivateKeyList: [], AssertionEncryptionMode: 'Allowed' });
  });

  test.each([
    [
      '[aws-behaviour 38] nothing',
      {},
      'Unable to update identity provider. No updates are defined for metadata or encryption assertion.',
    ],
    [
      '[aws-behaviour 38] a key to add and one to remove',
      { AddPrivateKey: KEY, RemovePrivateKey: 'A'.repeat(22) },
      'Unable to add and remove private keys in the same request. Set a value for only one of the two parameters.',
    ],
    [
      'metadata that cannot be read',
      { SAMLMetadataDocument: '<a/>' },
      'Could not parse metadata: the root element must be EntityDescriptor',
    ],
  ])('refuses %s', async (_name, changes, message) => {
    expect(await refusalOf(update(changes))).toEqual({ code: 'InvalidInput', status: 400, message });
  });
});

describe('a SAML provider', () => {
  beforeEach(() => create());
  const name = { SAMLProviderArn: ARN };

  test('is listed', async () => {
    await create({ Name: 'ADFS' });
    const dates = { ValidUntil: new Date(Date.UTC(2126, 0, 1)), CreateDate: new Date(START) };
    expect(await iam.call('ListSAMLProviders')).toEqual({
      SAMLProviderList: [
        { Arn: arnOf('ADFS'), ...dates },
        { Arn: ARN, ...dates },
      ],
    });
    expect(await iam.call('ListSAMLProviders', {}, rootOf(OTHER_ACCOUNT_ID))).toEqual({ SAMLProviderList: [] });
  });

  test('tags are added, listed by key, and removed', async () => {
    const Tags = [
      { Key: 'b', Value: '1' },
      { Key: 'a', Value: '2' },
    ];
    await iam.call('TagSAMLProvider', { ...name, Tags });
    expect(await iam.call('ListSAMLProviderTags', name)).toEqual({ Tags: [Tags[1], Tags[0]], IsTruncated: false });
    await iam.call('UntagSAMLProvider', { ...name, TagKeys: ['a', 'B'] });
    expect((await get()).Tags).toEqual([Tags[0]]);
  });

  test('[aws-behaviour 38] is deleted; repeating it is an error', async () => {
    expect(await iam.call('DeleteSAMLProvider', name)).toEqual({});
    const gone = { code: 'NoSuchEntity', status: 404, message: `Manifest not found for arn ${ARN}` };
    expect(await refusalOf(iam.call('DeleteSAMLProvider', name))).toEqual(gone);
    expect(await refusalOf(get())).toEqual(gone);
  });

  test.each([
    ['GetSAMLProvider', {}],
    ['UpdateSAMLProvider', { AssertionEncryptionMode: 'Allowed' }],
    ['DeleteSAMLProvider', {}],
    ['TagSAMLProvider', { Tags: [] }],
    ['UntagSAMLProvider', { TagKeys: [] }],
    ['ListSAMLProviderTags', {}],
  ])('%s: no such provider, no such ARN; [S46] not from another account', async (operation, further) => {
    expect((await refusalOf(iam.call(operation, { SAMLProviderArn: arnOf('ghost'), ...further }))).code).toBe(
      'NoSuchEntity',
    );
    const wrong = { SAMLProviderArn: `arn:aws:iam::${ACCOUNT_ID}:oidc-provider/x`, ...further };
    expect((await refusalOf(iam.call(operation, wrong))).code).toBe('InvalidInput');
    const foreign = iam.call(operation, { ...name, ...further }, rootOf(OTHER_ACCOUNT_ID));
    expect((await refusalOf(foreign)).code).toBe('NoSuchEntity');
    expect((await get()).Tags).toEqual([]);
  });
});

describe('[Service Authorization Reference, IAM] the permissions that a call needs', () => {
  const Tags = [{ Key: 'team', Value: 'blue' }];
  const tags = [{ key: 'team', value: 'blue' }];
  beforeEach(() => create({ Tags }));

  test('creation with tags also needs TagSAMLProvider', async () => {
    const resource = arnOf('new');
    const found = await iam.targets('CreateSAMLProvider', { Name: 'new', SAMLMetadataDocument: METADATA, Tags });
    expect(found).toMatchObject([
      { action: 'iam:CreateSAMLProvider', resource, requestTags: tags },
      { action: 'iam:TagSAMLProvider', resource, requestTags: tags },
    ]);
  });

  test.each([
    'GetSAMLProvider',
    'UpdateSAMLProvider',
    'DeleteSAMLProvider',
    'TagSAMLProvider',
    'UntagSAMLProvider',
    'ListSAMLProviderTags',
  ])('%s is authorised on the provider and its tags', async (operation) => {
    const input = { SAMLProviderArn: ARN, Tags: [], TagKeys: [] };
    expect(await iam.targets(operation, input)).toMatchObject([
      { action: `iam:${operation}`, resource: ARN, resourceAccountId: ACCOUNT_ID, resourceTags: tags },
    ]);
  });

  test('ListSAMLProviders is authorised on all', async () => {
    expect(await iam.targets('ListSAMLProviders')).toMatchObject([{ resource: arnOf('*') }]);
  });
});
