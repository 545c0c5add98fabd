import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { temporaryDirectory } from '../../../harness/temporary-directory.ts';
import { authority, CLIENT, type IssueOptions, openTestAuthorities } from '../../../harness/test-authority.ts';
import { openAuthorities, requireAuthorityFiles } from '../../../src/federation/client-certificates/authorities.ts';
import { certificateVerifier } from '../../../src/federation/client-certificates/certificate-verifier.ts';

const DAY = 86_400_000;
const directory = temporaryDirectory();
const { at, issue, revocationList } = openTestAuthorities(directory.path);
let pems: Record<string, string>;

beforeAll(() => {
  const root = issue('root', undefined, { subject: '/CN=Root', extensions: authority() });
  const middle = issue('middle', 'root', { subject: '/CN=Middle', extensions: authority('CA:true,pathlen:0') });
  pems = { root: root.pem, middle: middle.pem };
});
afterAll(() => directory.remove());

/** Verifies as the header of nginx brings it. */
async function verify(pem: string, trusted: readonly string[] = ['root', 'middle'], now = Date.now(), crls?: string) {
  writeFileSync(at('trusted.pem'), trusted.map((name) => pems[name] ?? name).join('\n'));
  if (crls !== undefined) writeFileSync(at('crls.pem'), crls);
  const files = { caFile: at('trusted.pem'), crlFile: crls === undefined ? undefined : at('crls.pem') };
  return certificateVerifier(openAuthorities(files))([encodeURIComponent(pem)], now);
}

const fault = (check: string, recorded: RegExp) => ({
  check,
  recordedMessage: expect.stringMatching(recorded),
});

describe('a client certificate', () => {
  test('[RFC 5280 §6.1] of a root, or of an authority below it', async () => {
    const direct = issue('direct', 'root', { subject: '/O=Acme/OU=Shop/OU=Web/CN=direct' });
    expect(await verify(direct.pem)).toMatchObject({
      commonName: 'direct',
      attributes: { cn: 'direct', o: ['Acme'], ou: ['Shop', 'Web'], serial: Buffer.from('direct').toString('hex') },
    });
    const below = issue('below', 'middle', {
      extensions: [...CLIENT, 'subjectAltName=DNS:web.acme,URI:spiffe://acme/web'],
    });
    expect(await verify(below.pem)).toMatchObject({
      commonName: 'below',
      attributes: { dns: ['web.acme'], uri: ['spiffe://acme/web'] },
    });
    await expect(verify(below.pem, ['root'])).rejects.toMatchObject(fault('chain', /issuer CN=Middle/));
    const named = issue('named', 'root', { subject: '/CN=Zoë Müller\\/web' });
    expect((await verify(named.pem)).commonName).toBe('Zoë Müller/web');
  });

  test('of another authority with the same name is refused', async () => {
    issue('impostor', undefined, { subject: '/CN=Root', extensions: authority().slice(0, 2) });
    const forged = issue('forged', 'impostor', { extensions: [...CLIENT, 'authorityKeyIdentifier=none'] });
    await expect(verify(forged.pem)).rejects.toMatchObject(fault('chain', /CN=Root: it did not sign the certificate/));
    const alone = issue('alone', undefined);
    await expect(verify(alone.pem)).rejects.toMatchObject({ check: 'chain' });
  });

  test.each<[string, IssueOptions, string, RegExp]>([
    [
      'without client authentication',
      { extensions: [CLIENT[0] ?? '', 'extendedKeyUsage=serverAuth'] },
      'purpose',
      /not for client/,
    ],
    ['without any purpose', { extensions: [CLIENT[0] ?? ''] }, 'purpose', /not for client/],
    [
      'whose key only encrypts',
      { extensions: [...CLIENT.slice(0, 1), 'keyUsage=keyEncipherment', CLIENT[2] ?? ''] },
      'purpose',
      /not for signatures/,
    ],
    [
      'that is an authority',
      { extensions: [...authority(), 'extendedKeyUsage=clientAuth'] },
      'purpose',
      /that of an authority/,
    ],
    [
      'with an unknown critical extension',
      { extensions: [...CLIENT, '1.2.3.4=critical,ASN1:NULL'] },
      'purpose',
      /1\.2\.3\.4 is not supported/,
    ],
    ['signed with SHA-1', { digest: '-sha1' }, 'purpose', /is not accepted/],
    ['with a short RSA key', { newKey: ['-newkey', 'rsa:1024'] }, 'purpose', /1024 bits is too short/],
    ['without a common name', { subject: '/O=Acme' }, 'name', /0 common names/],
    ['with two common names', { subject: '/CN=web/CN=admin' }, 'name', /2 common names/],
  ])('%s is refused', async (name, options, check, recorded) => {
    const { pem } = issue(name.replaceAll(' ', '-'), 'root', options);
    await expect(verify(pem)).rejects.toMatchObject(fault(check, recorded));
  });

  test('with a control character in its name is refused', async () => {
    const subject = '/CN=web\nadmin';
    await expect(verify(issue('newline', 'root', { subject }).pem)).rejects.toMatchObject({ check: 'name' });
  });

  test('[RFC 5280 §4.1.2.5] outside its own time, or that of its authority, is refused', async () => {
    const { pem } = issue('timed', 'root', { days: 3 });
    const expired = verify(pem, ['root'], Date.now() + 4 * DAY);
    await expect(expired).rejects.toMatchObject({ check: 'validity', code: 'ExpiredTokenException' });
    await expect(verify(pem, ['root'], Date.now() - DAY)).rejects.toMatchObject({
      check: 'validity',
      code: 'InvalidIdentityToken',
    });
    const short = issue('short', undefined, { extensions: authority(), days: 1 });
    const outlives = issue('outlives', 'short', { days: 20 });
    await expect(verify(outlives.pem, [short.pem])).resolves.toBeDefined();
    const later = verify(outlives.pem, [short.pem], Date.now() + 2 * DAY);
    await expect(later).rejects.toMatchObject(fault('chain', /CN=short: it is valid from/));
  });
});

describe('an authority', () => {
  test.each<[string, readonly string[], RegExp]>([
    ['without basic constraints', ['keyUsage=keyCertSign'], /not an authority/],
    ['that is none', ['basicConstraints=CA:false', 'keyUsage=keyCertSign'], /not an authority/],
    ['that may not sign', ['basicConstraints=CA:true', 'keyUsage=cRLSign'], /chain/],
    ['for servers', [...authority(), 'extendedKeyUsage=serverAuth'], /may not issue client certificates/],
    [
      'with name constraints',
      [...authority(), 'nameConstraints=critical,permitted;DNS:acme'],
      /critical extension 2\.5\.29\.30/,
    ],
  ])('[RFC 5280 §4.2] %s is not trusted', async (name, extensions, recorded) => {
    const middle = issue(`ca-${name.replaceAll(' ', '-')}`, 'root', { extensions });
    const { pem } = issue(`of-${name.replaceAll(' ', '-')}`, `ca-${name.replaceAll(' ', '-')}`);
    await expect(verify(pem, ['root', middle.pem])).rejects.toMatchObject(fault('chain', recorded));
  });

  test('[RFC 5280 §4.2.1.9] with a path length has no more authorities below it', async () => {
    const lower = issue('lower', 'middle', { extensions: authority() });
    const { pem } = issue('too-deep', 'lower');
    await expect(verify(pem, ['root', 'middle', lower.pem])).rejects.toMatchObject(
      fault('chain', /CN=Middle: there are more than 0 authorities below it/),
    );
  });

  test('a client cannot issue certificates', async () => {
    const client = issue('issuing', 'root');
    const { pem } = issue('issued', 'issuing');
    await expect(verify(pem, ['root', client.pem])).rejects.toMatchObject({ check: 'chain' });
  });
});

describe('revocation lists', () => {
  test('[RFC 5280 §6.3] a revoked certificate is refused, also one of an authority', async () => {
    const [good, bad] = [issue('good', 'middle'), issue('bad', 'middle')];
    const lists = revocationList('root') + revocationList('middle', [bad]);
    await expect(verify(good.pem, undefined, Date.now(), lists)).resolves.toMatchObject({ commonName: 'good' });
    await expect(verify(bad.pem, undefined, Date.now(), lists)).rejects.toMatchObject(
      fault('revocation', /serial 626164/),
    );
    const middle = { certFile: at('middle.pem'), keyFile: at('middle.key'), pem: pems['middle'] ?? '' };
    const noMiddle = revocationList('root', [middle]) + revocationList('middle');
    await expect(verify(good.pem, undefined, Date.now(), noMiddle)).rejects.toMatchObject({ check: 'revocation' });
  });

  test('a list that is missing, outdated or of another key refuses the certificate', async () => {
    const { pem } = issue('listed', 'middle');
    const [root, middle] = [revocationList('root'), revocationList('middle')];
    await expect(verify(pem, undefined, Date.now(), root)).rejects.toMatchObject(
      fault('revocation', /no current revocation list of CN=Middle/),
    );
    const later = Date.now() + 8 * DAY;
    await expect(verify(pem, undefined, later, root + middle)).rejects.toMatchObject({ check: 'revocation' });
    issue('other-middle', 'root', { subject: '/CN=Middle', extensions: authority() });
    const ofAnother = revocationList('other-middle');
    await expect(verify(pem, undefined, Date.now(), root + ofAnother)).rejects.toMatchObject({ check: 'revocation' });
  });

  test('files that cannot be used stop the start, and later refuse every certificate', async () => {
    writeFileSync(at('empty.pem'), 'nothing');
    const caFile = at('empty.pem');
    expect(() => requireAuthorityFiles('a.setting', { caFile, crlFile: undefined })).toThrow(
      /empty.pem cannot be used: it has no root/,
    );
    const { pem } = issue('unlucky', 'root');
    const files = { caFile: at('root.pem'), crlFile: caFile };
    expect(() => requireAuthorityFiles('a.setting', files)).toThrow(/it has no CRL in PEM/);
    const refused = certificateVerifier(openAuthorities(files))([encodeURIComponent(pem)], Date.now());
    await expect(refused).rejects.toMatchObject({ check: 'authorities', code: 'IDPCommunicationError' });
  });
});

describe('the header', () => {
  const read = async (...values: readonly string[]) =>
    certificateVerifier(openAuthorities({ caFile: at('root.pem'), crlFile: undefined }))(values, Date.now());

  test('[RFC 9440 §2.1] percent-encoded PEM, or a byte sequence', async () => {
    const { pem } = issue('presented', 'root');
    const der = pem.replace(/-----[A-Z ]+-----|\s/g, '');
    await expect(read(encodeURIComponent(pem))).resolves.toMatchObject({ commonName: 'presented' });
    await expect(read(`:${der}:`)).resolves.toMatchObject({ commonName: 'presented' });
  });

  test('two values, two certificates or anything around one are refused', async () => {
    const { pem } = issue('doubled', 'root');
    const value = encodeURIComponent(pem);
    const forms = [
      [value, value],
      [encodeURIComponent(pem + pem)],
      [encodeURIComponent(`x\n${pem}`)],
      [encodeURIComponent(pem.replace('\n', '\n-----BEGIN CERTIFICATE-----\n'))],
      [`${value},${value}`],
      ['%'],
      ['%00'],
      [':AAAA:'],
      [`:${'A'.repeat(20_000)}:`],
    ];
    for (const values of forms) await expect(read(...values)).rejects.toMatchObject({ check: 'format' });
    for (const values of [[], ['']]) await expect(read(...values)).rejects.toMatchObject({ check: 'presented' });
  });
});
