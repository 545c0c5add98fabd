import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ENTITY_ID } from '../../../harness/saml-metadata.ts';
import {
  type AssertionParts,
  assertionXml,
  base64,
  nameIdOf,
  responseXml,
  signed,
} from '../../../harness/saml-responses.ts';
import type { SamlIdentity, SamlLogins } from '../../../src/federation/saml/saml-identity.ts';
import { samlLogins } from '../../../src/federation/saml/saml-logins.ts';
import type { SamlProvider } from '../../../src/identity/documents/saml-provider.ts';
import { openIdentities } from '../../support/open-identities.ts';
import { KEY, NOW, OTHER_KEY, RECIPIENT } from './scene.ts';

const ACCOUNT = '123456789012';
const ROLE = `arn:aws:iam::${ACCOUNT}:role/reader`;
const PROVIDER = `arn:aws:iam::${ACCOUNT}:saml-provider/Idp`;
const UUID = 'A'.repeat(32);
const MINUTE = 60_000;
const required = { Role: [`${ROLE},${PROVIDER}`], RoleSessionName: ['alice'] };

let identities: Awaited<ReturnType<typeof openIdentities>>;
let logins: SamlLogins;
/** The failed checks, as metrics count them. */
const refused: string[] = [];

const provider: SamlProvider = {
  accountId: ACCOUNT,
  arn: PROVIDER,
  providerName: 'Idp',
  nameKey: 'idp',
  uuid: UUID,
  metadataDocument: '',
  metadata: { entityId: ENTITY_ID, signingCertificates: [OTHER_KEY.certificate, KEY.certificate], singleSignOn: [] },
  assertionEncryptionMode: 'Allowed',
  privateKeys: [],
  createdAt: NOW,
  updatedAt: NOW,
  tags: [],
};

beforeAll(async () => {
  identities = await openIdentities({ clock: { now: () => NOW } });
  const { sealer } = await identities.openKeys();
  const store = identities.identities;
  await store.samlProviders.insert(provider);
  await store.samlProviders.insert({
    ...provider,
    arn: `${PROVIDER}-expired`,
    nameKey: 'idp-expired',
    metadata: { ...provider.metadata, validUntil: NOW },
  });
  logins = samlLogins({
    store,
    sealer,
    ephemeral: identities.ephemeral,
    refused: (check) => void refused.push(check),
    publicUrl: 'https://id.example.com',
    settings: { recipients: ['https://signin.aws.amazon.com/saml'], audiences: ['urn:amazon:webservices'] },
  });
});
afterAll(() => identities.close());

type Wishes = Partial<AssertionParts> & { readonly destination?: string; readonly responseIssuer?: string };

function message({ destination, responseIssuer, ...more }: Wishes = {}): string {
  const assertion = assertionXml({ now: NOW, recipient: RECIPIENT, attributes: required, ...more });
  const around = {
    now: NOW,
    ...(destination !== undefined && { destination }),
    ...(responseIssuer !== undefined && { issuer: responseIssuer }),
  };
  return base64(signed(responseXml(assertion, around), 'Assertion', KEY));
}

const present = (encoded: string, now = NOW, providerArn = PROVIDER): Promise<SamlIdentity> =>
  logins.verify({ accountId: ACCOUNT, providerArn, encoded, now });
const login = (wishes?: Wishes, now = NOW) => present(message(wishes), now);
const withAttributes = (attributes: Record<string, readonly string[]>) =>
  login({ attributes: { ...required, ...attributes } });

async function refusal(attempt: Promise<unknown>): Promise<{ code: unknown; message: string }> {
  const error = await attempt.then(
    () => new Error('it was accepted'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Error)) throw error;
  return { code: Reflect.get(error, 'code'), message: error.message };
}

describe('[IAM user guide, Configure SAML assertions] an accepted assertion', () => {
  test('names the person, the provider and the audience as AWS does', async () => {
    const nameQualifier = createHash('sha1').update(`${ENTITY_ID}${ACCOUNT}/Idp`).digest('base64');
    expect(await login()).toMatchObject({
      subject: 'person-1',
      subjectType: 'persistent',
      issuer: ENTITY_ID,
      audience: RECIPIENT,
      nameQualifier,
      sessionName: 'alice',
      rolePairs: [{ roleArn: ROLE, providerArn: PROVIDER }],
      sessionClaims: { 'saml:sub': 'person-1', 'saml:sub_type': 'persistent', 'saml:namequalifier': nameQualifier },
      tags: [],
      sourceIdentity: undefined,
    });
  });

  test('gives a NameID format of SAML 1.1 in full, and `unspecified` if it has none', async () => {
    const format = 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress';
    expect(await login({ nameId: nameIdOf('a@example.com', format) })).toMatchObject({ subjectType: format });
    expect(await login({ nameId: '<saml:NameID>a</saml:NameID>' })).toMatchObject({
      subjectType: 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified',
    });
  });

  test('has the condition keys of AWS’s tables', async () => {
    const { conditions } = await withAttributes({
      'urn:oid:1.3.6.1.4.1.5923.1.1.1.1': ['staff', 'member'],
      'urn:oid:1.3.6.1.4.1.5923.1.1.1.10': ['<saml:NameID>targeted</saml:NameID>'],
      'urn:oid:2.5.4.3': ['Alice'],
      'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress': ['a@example.com', 'b@example.com'],
      '0.9.2342.19200300.100.1.3': ['later@example.com'],
      'saml:sub': ['administrator'],
      'aws:userid': ['administrator'],
    });
    expect(Object.fromEntries(conditions)).toEqual({
      'saml:aud': RECIPIENT,
      'saml:iss': ENTITY_ID,
      'saml:sub': 'person-1',
      'saml:sub_type': 'persistent',
      'saml:doc': `${ACCOUNT}/Idp`,
      'saml:namequalifier': createHash('sha1').update(`${ENTITY_ID}${ACCOUNT}/Idp`).digest('base64'),
      'saml:edupersonaffiliation': ['staff', 'member'],
      'saml:edupersontargetedid': ['targeted'],
      'saml:cn': ['Alice'],
      'saml:mail': 'a@example.com',
    });
  });

  test('S45: passes tags, transitive keys, a source identity and a duration', async () => {
    expect(
      await withAttributes({
        'PrincipalTag:Team': ['blue'],
        'PrincipalTag:Cost': ['1'],
        TransitiveTagKeys: ['team'],
        SourceIdentity: ['alice@example.com'],
        SessionDuration: ['1800'],
      }),
    ).toMatchObject({
      tags: [
        { key: 'Team', value: 'blue' },
        { key: 'Cost', value: '1' },
      ],
      transitiveTagKeys: ['team'],
      sourceIdentity: 'alice@example.com',
      sessionDuration: 1800,
    });
  });

  test.each(['soon', '899', '43201', ''])(
    'ignores the duration `%s`, which concerns the console at AWS',
    async (text) => {
      expect((await withAttributes({ SessionDuration: [text] })).sessionDuration).toBeUndefined();
    },
  );

  test('accepts pairs in either order, with spaces, and skips anything else', async () => {
    const Role = [`${PROVIDER}, ${ROLE}`, `${ROLE}2,${PROVIDER}`, ROLE, `${ROLE},${PROVIDER},x`, `${ROLE},${ROLE}`];
    expect((await withAttributes({ Role })).rolePairs).toEqual([
      { roleArn: ROLE, providerArn: PROVIDER },
      { roleArn: `${ROLE}2`, providerArn: PROVIDER },
    ]);
  });

  test.each([
    ['the endpoint of the provider', { recipient: `${RECIPIENT}/acs/${UUID}` }],
    ['configured ones', { recipient: 'https://signin.aws.amazon.com/saml', audience: 'urn:amazon:webservices' }],
    ['a Destination', { destination: RECIPIENT }],
  ])('may be for %s', async (_name, wishes) => {
    expect((await login(wishes)).audience).toBe('recipient' in wishes ? wishes.recipient : RECIPIENT);
  });
});

test('[TRAPS SAML: Destination] a Recipient may have our port, and is shown as we publish it', async () => {
  const { audience, conditions } = await login({
    recipient: RECIPIENT.replace('.com/', '.com:443/'),
    audience: RECIPIENT,
  });
  expect([audience, conditions.get('saml:aud')]).toEqual([RECIPIENT, RECIPIENT]);
});

describe('[TRAPS SAML: Destination] [SAML Bindings §3.5.5.2] a response that is itself signed', () => {
  const sign = (destination?: string) => {
    const assertion = assertionXml({ now: NOW, recipient: RECIPIENT, attributes: required });
    const around = { now: NOW, ...(destination !== undefined && { destination }) };
    return present(base64(signed(responseXml(assertion, around), 'Response', KEY)));
  };

  test.each([RECIPIENT, RECIPIENT.replace('.com/', '.com:443/')])('may be sent to %s', async (destination) => {
    expect((await sign(destination)).audience).toBe(RECIPIENT);
  });

  test.each([
    [undefined, 'the signed response has no Destination'],
    ['', 'the Destination is not'],
    [RECIPIENT.replace('.com/', '.com:80/'), 'the Destination is not'],
    [RECIPIENT.replace('https:', 'http:'), 'the Destination is not'],
  ])('is refused with the Destination %j', async (destination, reason) => {
    expect((await refusal(sign(destination))).message).toContain(reason);
  });
});

describe('S39: refused', () => {
  const audience = 'Response does not contain the required audience.';
  const invalid = 'Your request included an invalid SAML response';
  const confirmation = (data: string, method = 'bearer') =>
    `<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:${method}">${data}</saml:SubjectConfirmation>`;
  const data = (attributes: string) => `<saml:SubjectConfirmationData ${attributes}/>`;
  const subject = (content: string) => `<saml:Subject>${nameIdOf('person-1')}${content}</saml:Subject>`;
  const full = data(`NotOnOrAfter="2026-11-22T12:05:00Z" Recipient="${RECIPIENT}"`);

  test.each<[string, Wishes, string]>([
    [
      'another Recipient',
      { recipient: 'https://other.example.com/saml', audience: RECIPIENT },
      `${audience} (the Recipient is not ${RECIPIENT})`,
    ],
    [
      'a Recipient that begins like ours',
      { recipient: `${RECIPIENT}.evil.com`, audience: RECIPIENT },
      `${audience} (the Recipient`,
    ],
    ['another Audience', { audience: 'https://other.example.com' }, `${audience} (the Audience is not ${RECIPIENT})`],
    [
      'a second AudienceRestriction that excludes us',
      {
        audience: `${RECIPIENT}</saml:Audience></saml:AudienceRestriction><saml:AudienceRestriction><saml:Audience>urn:other`,
      },
      `${audience} (the Audience`,
    ],
    [
      'a condition that is not known',
      {
        audience: `${RECIPIENT}</saml:Audience></saml:AudienceRestriction><saml:Condition xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="only-on-sundays"/><saml:AudienceRestriction><saml:Audience>${RECIPIENT}`,
      },
      `${audience} (the Conditions contain one that is not supported)`,
    ],
    [
      'another Destination',
      { destination: 'https://other.example.com/saml' },
      `${audience} (the Destination is not ${RECIPIENT})`,
    ],
    [
      'another Issuer of the assertion',
      { issuer: 'https://other.example.com' },
      "Issuer not present in specified provider (the assertion's",
    ],
    [
      'another Issuer of the response',
      { responseIssuer: 'https://other.example.com' },
      "Issuer not present in specified provider (the response's",
    ],
    [
      'no Recipient',
      { subject: subject(confirmation(data('NotOnOrAfter="2026-11-22T12:05:00Z"'))) },
      `${audience} (SubjectConfirmationData has no Recipient)`,
    ],
    [
      'no end of the confirmation',
      { subject: subject(confirmation(data(`Recipient="${RECIPIENT}"`))) },
      `${invalid} (SubjectConfirmationData has no NotOnOrAfter)`,
    ],
    [
      'two confirmations',
      { subject: subject(confirmation(full) + confirmation(full)) },
      `${invalid} (Subject has more than one SubjectConfirmation)`,
    ],
    [
      'a time that is none',
      { subject: subject(confirmation(full.replace('2026-11-22T12:05:00Z', 'later'))) },
      `${invalid} (NotOnOrAfter is not a date and time)`,
    ],
  ])('%s', async (_name, wishes, text) => {
    const { code, message: found } = await refusal(login(wishes));
    expect(found).toContain(text);
    expect(code).toBe('InvalidIdentityToken');
  });

  test.each<[string, Wishes]>([
    ['no NameID', { subject: `<saml:Subject>${confirmation(full)}</saml:Subject>` }],
    ['[zitadel/zitadel#7979] a blank NameID', { nameId: nameIdOf('  ') }],
    ['a NameID of 257 characters', { nameId: nameIdOf('x'.repeat(257)) }],
    ['a holder of a key as subject', { subject: subject(confirmation(full, 'holder-of-key')) }],
    ['an encrypted NameID', { nameId: '<saml:EncryptedID/>' }],
  ])('%s: AccessDenied, as at AWS', async (_name, wishes) => {
    const { code, message: found } = await refusal(login(wishes));
    expect({ code, text: found.slice(0, 47) }).toEqual({
      code: 'AccessDenied',
      text: 'Not authorized to perform sts:AssumeRoleWithSAM',
    });
  });

  test('an assertion without Conditions', async () => {
    const xml = assertionXml({ now: NOW, recipient: RECIPIENT, attributes: required }).replace(
      /<saml:Conditions.*<\/saml:Conditions>/,
      '',
    );
    const encoded = base64(signed(responseXml(xml, { now: NOW }), 'Assertion', KEY));
    expect((await refusal(present(encoded))).message).toContain(audience);
  });

  test('metadata that has expired', async () => {
    expect(await refusal(present(message(), NOW, `${PROVIDER}-expired`))).toEqual({
      code: 'InvalidIdentityToken',
      message: "Could not parse metadata (the provider's metadata has expired: update it)",
    });
  });

  test('a provider that does not exist', async () => {
    expect(await refusal(present(message(), NOW, `${PROVIDER}x`))).toEqual({
      code: 'InvalidIdentityToken',
      message: "Specified provider doesn't exist",
    });
  });

  test.each([
    ['no base64', '<xml>', 'Invalid base64 SAMLResponse'],
    ['no base64, after as much white space as fits', `${' '.repeat(99_999)}!`, 'Invalid base64 SAMLResponse'],
    [
      'bytes that are no UTF-8',
      Buffer.from([0x3c, 0xff, 0xfe, 0x80]).toString('base64'),
      `${invalid} (it is not UTF-8)`,
    ],
    ['text', base64('hello'), `${invalid} (it is not well-formed XML)`],
  ])('%s', async (_name, encoded, text) => {
    expect(await refusal(present(encoded))).toEqual({ code: 'InvalidIdentityToken', message: text });
  });

  test('a response that reports no success: IDPRejectedClaim', async () => {
    const denied = responseXml('', { now: NOW }).replace('status:Success', 'status:Requester');
    expect(await refusal(present(base64(denied)))).toEqual({
      code: 'IDPRejectedClaim',
      message: 'The identity provider did not authenticate the user (the identity provider reports Requester)',
    });
  });
});

describe('S39: times, with one minute for clocks that differ', () => {
  const expired = { code: 'ExpiredTokenException', message: 'Response has expired (the assertion has expired)' };

  test.each<[string, Wishes]>([
    ['Conditions', { notOnOrAfter: NOW + 1000 }],
    ['SubjectConfirmationData', { confirmedUntil: NOW + 1000 }],
    ['SessionNotOnOrAfter', { sessionNotOnOrAfter: NOW + 1000 }],
  ])('the end in %s, exclusive', async (_name, wishes) => {
    await expect(login(wishes, NOW + 1000 + MINUTE - 1)).resolves.toBeDefined();
    expect(await refusal(login(wishes, NOW + 1000 + MINUTE))).toEqual(expired);
  });

  test.each<[string, Wishes]>([
    ['NotBefore', { notBefore: NOW + MINUTE }],
    ['IssueInstant', { issuedAt: NOW + MINUTE }],
  ])('the beginning in %s, inclusive', async (_name, wishes) => {
    await expect(login(wishes)).resolves.toBeDefined();
    expect((await refusal(login(wishes, NOW - 1))).message).toContain(
      'the assertion is not valid yet: compare the clocks',
    );
  });

  test('AWS’s 5 minutes since the issue, however long it says it is valid', async () => {
    const hours = { notOnOrAfter: NOW + 60 * MINUTE, confirmedUntil: NOW + 60 * MINUTE };
    await expect(login(hours, NOW + 6 * MINUTE - 1)).resolves.toBeDefined();
    expect(await refusal(login(hours, NOW + 6 * MINUTE))).toEqual({
      code: 'ExpiredTokenException',
      message: 'Token must be redeemed within 5 minutes of issuance',
    });
  });
});

describe('refused attributes, with AWS’s messages', () => {
  const name = 'RoleSessionName in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64}';
  const source = 'Source Identity must match [a-zA-Z_0-9+=,.@-]{2,64} and not begin with "aws:"';
  test.each<[Record<string, readonly string[]>, string]>([
    [{ RoleSessionName: [] }, 'RoleSessionName is required in AuthnResponse'],
    [{ RoleSessionName: [''] }, 'RoleSessionName is required in AuthnResponse'],
    [{ RoleSessionName: ['Alice Smith'] }, name],
    [{ RoleSessionName: ['a'] }, name],
    [{ RoleSessionName: ['a'.repeat(65)] }, name],
    [{ RoleSessionName: ['alice', 'bob'] }, 'RoleSessionName in AuthnResponse must have exactly one value'],
    [{ SourceIdentity: ['aws:alice'] }, source],
    [{ SourceIdentity: ['Alice Smith'] }, source],
    [{ 'PrincipalTag:Team': ['a', 'b'] }, 'A PrincipalTag attribute must have exactly one value'],
    [
      { 'PrincipalTag:Team': ['a'], 'PrincipalTag:team': ['b'] },
      'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
    ],
    [{ 'PrincipalTag:aws:x': ['a'] }, 'Tag keys beginning with aws: are reserved for system use.'],
    [{ TransitiveTagKeys: ['Team'] }, 'The specified transitive tag key must be included in the requested tags.'],
  ])('%j', async (attributes, text) => {
    expect(await refusal(withAttributes(attributes))).toEqual({ code: 'InvalidIdentityToken', message: text });
  });
});

describe('S39: an assertion is redeemed once', () => {
  test('and each refusal is counted by its check', async () => {
    const identity = await login({ id: '_counted' });
    await logins.redeem(identity, NOW);
    refused.length = 0;
    await refusal(logins.redeem(identity, NOW));
    await refusal(present(message(), NOW, `${PROVIDER}x`));
    await refusal(present('<xml>'));
    await refusal(login({ audience: 'urn:other' }));
    await refusal(login({}, NOW + 6 * MINUTE));
    expect(refused).toEqual(['replay', 'provider', 'encoding', 'audience', 'expired']);
  });

  test('even by many concurrent calls', async () => {
    const identity = await login({ id: '_once' });
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => logins.redeem(identity, NOW)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await refusal(logins.redeem(identity, NOW))).toEqual({
      code: 'InvalidIdentityToken',
      message: 'The assertion has already been used: sign in at the identity provider again',
    });
  });

  test('and is remembered until no tolerated clock would accept it', async () => {
    const identity = await login({ id: '_remembered', confirmedUntil: NOW + 2 * MINUTE });
    expect(identity.acceptedUntil).toBe(NOW + 3 * MINUTE);
    expect((await login({ notOnOrAfter: NOW + 90 * MINUTE, confirmedUntil: NOW + 90 * MINUTE })).acceptedUntil).toBe(
      NOW + 6 * MINUTE,
    );
  });

  test('the same ID from another provider is another assertion', async () => {
    const identity = await login({ id: '_shared' });
    await logins.redeem(identity, NOW);
    await expect(
      logins.redeem({ ...identity, provider: { ...provider, arn: `${PROVIDER}2` } }, NOW),
    ).resolves.toBeUndefined();
  });
});
