import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { issuerOf } from '../../src/identity/providers/require-provider.ts';
import { ACCOUNT_ID, type IamUnderTest, openIam, refusalOf, START } from './support/iam-under-test.ts';

let iam: IamUnderTest;
const URL_ = 'https://accounts.example.com/realm';
const arnOf = (url: string) => `arn:aws:iam::${ACCOUNT_ID}:oidc-provider/${url}`;
const ARN = arnOf('accounts.example.com/realm');
const THUMBPRINT = 'a'.repeat(40);
const create = (Url = URL_, further: object = {}) => iam.call('CreateOpenIDConnectProvider', { Url, ...further });
const get = (OpenIDConnectProviderArn = ARN) => iam.call('GetOpenIDConnectProvider', { OpenIDConnectProviderArn });

beforeEach(async () => {
  await iam?.close();
  iam = await openIam();
});
afterAll(() => iam.close());

describe('CreateOpenIDConnectProvider', () => {
  test('returns the ARN, which is the URL without its scheme', async () => {
    const Tags = [{ Key: 'a', Value: 'b' }];
    expect(await create(URL_, { ClientIDList: ['app', 'app', 'cli'], ThumbprintList: [THUMBPRINT], Tags })).toEqual({
      OpenIDConnectProviderArn: ARN,
      Tags,
    });
    expect(await get()).toEqual({
      Url: 'accounts.example.com/realm',
      ClientIDList: ['app', 'cli'],
      ThumbprintList: [THUMBPRINT],
      CreateDate: new Date(START),
      Tags,
    });
  });

  test('needs neither client ids nor thumbprints nor tags', async () => {
    expect(await create()).toEqual({ OpenIDConnectProviderArn: ARN });
    expect(await get()).toMatchObject({ ClientIDList: [], ThumbprintList: [], Tags: [] });
  });

  test.each([
    ['the server’s own issuer', 'http://rolecall.internal:8080/oidc', 'rolecall.internal:8080/oidc'],
    ['localhost', 'http://localhost:8080/oidc', 'localhost:8080/oidc'],
    ['the loopback address', 'http://127.0.0.1:9000', '127.0.0.1:9000'],
    ['https with a port', 'https://idp.example.com:8443/x', 'idp.example.com:8443/x'],
  ])('accepts %s', async (_name, url, bare) => {
    expect((await create(url)).OpenIDConnectProviderArn).toBe(arnOf(bare));
    const stored = await iam.deps.store.oidcProviders.get([ACCOUNT_ID, arnOf(bare)]);
    expect(stored && issuerOf(stored)).toBe(url);
  });

  test.each([
    'http://accounts.example.com',
    'http://rolecall.internal:8080/other',
    'http://localhost.example.com/oidc',
    'http://localhost@example.com/oidc',
    'accounts.example.com',
    'ftp://accounts.example.com',
    'https://user@accounts.example.com',
    'https://user:secret@accounts.example.com',
    'https://accounts.example.com?x=1',
    'https://accounts.example.com/#x',
    'https://accounts example.com',
    'https://',
    'https:///path',
    'javascript:alert(1)',
  ])('refuses %s', async (url) => {
    expect(await refusalOf(create(url))).toEqual({
      code: 'ValidationError',
      status: 400,
      message: 'Invalid Open ID Connect Provider URL',
    });
  });

  test('a URL can be used once', async () => {
    const results = await Promise.allSettled(Array.from({ length: 10 }, () => create()));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await refusalOf(create())).toEqual({
      code: 'EntityAlreadyExists',
      status: 409,
      message: `Provider with url ${URL_} already exists.`,
    });
  });

  test.each([
    [
      'six thumbprints',
      { ThumbprintList: Array.from({ length: 6 }, () => THUMBPRINT) },
      'InvalidInput',
      'Thumbprint list must contain fewer than 5 entries.',
    ],
    [
      '101 client ids',
      { ClientIDList: Array.from({ length: 101 }, (_, index) => `c${index}`) },
      'LimitExceeded',
      'Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: 100',
    ],
    [
      '[aws-behaviour 25] a tag key that comes twice',
      {
        Tags: [
          { Key: 'a', Value: '' },
          { Key: 'a', Value: 'x' },
        ],
      },
      'InvalidInput',
      'Duplicate tag keys found.',
    ],
  ])('refuses %s', async (_name, further, code, message) => {
    expect(await refusalOf(create(URL_, further))).toMatchObject({ code, message });
  });

  test('[aws-behaviour 31] a thumbprint is any 40 characters', async () => {
    await create(URL_, { ThumbprintList: ['z'.repeat(40)] });
    const answer = await iam.call('GetOpenIDConnectProvider', { OpenIDConnectProviderArn: ARN });
    expect(answer.ThumbprintList).toEqual(['z'.repeat(40)]);
  });

  test('[aws-behaviour 13] an account has 100 at most', async () => {
    for (let index = 0; index < 100; index++) await create(`https://${index}.example.com`);
    expect(await refusalOf(create())).toEqual({
      code: 'LimitExceeded',
      status: 409,
      message: 'Cannot exceed quota for OpenIdConnectProvidersPerAccount: 100',
    });
    expect((await iam.call('ListOpenIDConnectProviders')).OpenIDConnectProviderList).toHaveLength(100);
  });
});

describe('an OpenID Connect provider', () => {
  beforeEach(async () => {
    await create(URL_, { ClientIDList: ['app'] });
  });
  const name = { OpenIDConnectProviderArn: ARN };

  test('is listed', async () => {
    await create('https://a.example.com');
    expect(await iam.call('ListOpenIDConnectProviders')).toEqual({
      OpenIDConnectProviderList: [{ Arn: arnOf('a.example.com') }, { Arn: ARN }],
    });
  });

  test('client ids are added and removed; repeating it is no error', async () => {
    for (const _again of [1, 2]) {
      expect(await iam.call('AddClientIDToOpenIDConnectProvider', { ...name, ClientID: 'web' })).toEqual({});
    }
    expect((await get()).ClientIDList).toEqual(['app', 'web']);
    for (const _again of [1, 2]) {
      expect(await iam.call('RemoveClientIDFromOpenIDConnectProvider', { ...name, ClientID: 'app' })).toEqual({});
    }
    expect((await get()).ClientIDList).toEqual(['web']);
  });

  test('client ids added concurrently never exceed 100', async () => {
    const ids = Array.from({ length: 110 }, (_, index) => `c${index}`);
    const results = await Promise.allSettled(
      ids.map((ClientID) => iam.call('AddClientIDToOpenIDConnectProvider', { ...name, ClientID })),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(99);
    expect((await get()).ClientIDList).toHaveLength(100);
  });

  test('thumbprints are replaced', async () => {
    const ThumbprintList = [THUMBPRINT, 'B'.repeat(40)];
    expect(await iam.call('UpdateOpenIDConnectProviderThumbprint', { ...name, ThumbprintList })).toEqual({});
    expect((await get()).ThumbprintList).toEqual(ThumbprintList);
  });

  test('tags are added, listed by key, and removed', async () => {
    const Tags = [
      { Key: 'b', Value: '1' },
      { Key: 'a', Value: '2' },
    ];
    await iam.call('TagOpenIDConnectProvider', { ...name, Tags });
    expect(await iam.call('ListOpenIDConnectProviderTags', name)).toEqual({
      Tags: [Tags[1], Tags[0]],
      IsTruncated: false,
    });
    await iam.call('UntagOpenIDConnectProvider', { ...name, TagKeys: ['a', 'B'] });
    expect((await get()).Tags).toEqual([Tags[0]]);
  });

  test('[aws-behaviour 31] is deleted; repeating it is an error', async () => {
    expect(await iam.call('DeleteOpenIDConnectProvider', name)).toEqual({});
    expect(await refusalOf(iam.call('DeleteOpenIDConnectProvider', name))).toEqual({
      code: 'NoSuchEntity',
      status: 404,
      message: `OpenId connect Provider ${ARN} cannot be found.`,
    });
    expect(await refusalOf(get())).toEqual({
      code: 'NoSuchEntity',
      status: 404,
      message: `OpenIDConnect Provider not found for arn ${ARN}`,
    });
  });

  test.each([
    ['GetOpenIDConnectProvider', {}],
    ['AddClientIDToOpenIDConnectProvider', { ClientID: 'x' }],
    ['RemoveClientIDFromOpenIDConnectProvider', { ClientID: 'x' }],
    ['UpdateOpenIDConnectProviderThumbprint', { ThumbprintList: [] }],
    ['TagOpenIDConnectProvider', { Tags: [] }],
    ['UntagOpenIDConnectProvider', { TagKeys: [] }],
    ['ListOpenIDConnectProviderTags', {}],
  ])('%s: no such provider, no such ARN', async (operation, further) => {
    const missing = { OpenIDConnectProviderArn: arnOf('ghost.example.com'), ...further };
    expect((await refusalOf(iam.call(operation, missing))).code).toBe('NoSuchEntity');
    const wrong = { OpenIDConnectProviderArn: `arn:aws:iam::${ACCOUNT_ID}:saml-provider/x`, ...further };
    expect((await refusalOf(iam.call(operation, wrong))).code).toBe('InvalidInput');
  });
});
