import { expect, test } from '@jest/globals';
import { ENTITY_ID, metadataOf, rsaKey } from '../../../../harness/saml-metadata.ts';
import { connectorOpener } from '../../../../src/federation/connectors/open-connector.ts';
import { certificatesIn, expiresSoon } from '../../../../src/federation/connectors/saml/signing-certificates.ts';
import type { Connector } from '../../../../src/identity/documents/connector.ts';
import { SETTINGS } from './scene.ts';

const DAY = 24 * 60 * 60_000;
const whole = (ms: number): number => Math.floor(ms / 1000) * 1000;

test('certificates of metadata and of settings are shown, with their end', () => {
  const until = whole(Date.now() + 10 * DAY);
  const key = rsaKey(2048, new Date(until));
  const shown = [{ fingerprint: expect.stringMatching(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/), notAfter: until }];
  expect(certificatesIn({ idpEntityId: ENTITY_ID, metadata: metadataOf(key) })).toEqual(shown);
  expect(certificatesIn({ idpEntityId: ENTITY_ID, certificates: [key.certificate] })).toEqual(shown);
  expect(certificatesIn({ idpEntityId: ENTITY_ID })).toEqual([]);
});

test.each([
  ['in 31 days', 31, false],
  ['in 30 days', 30, true],
  ['yesterday', -1, true],
])('a certificate that expires %s', (_, days, isSoon) => {
  expect(expiresSoon({ fingerprint: '', notAfter: days * DAY }, 0)).toBe(isSoon);
});

test('the operator is warned once of each certificate that expires soon, and sign-ins go on', async () => {
  const warnings: unknown[] = [];
  const settings = { ...SETTINGS, signRequests: false, metadata: metadataOf(rsaKey(2048, new Date(Date.now() - DAY))) };
  const unused = (): never => {
    throw new Error('not needed');
  };
  const open = connectorOpener({
    sealer: { seal: unused, open: unused },
    keys: { find: unused } as never,
    issuerSettings: () => undefined,
    allowPrivate: false,
    directories: { allowPrivate: false, allowPlain: false },
    elapsed: () => 0,
    publicUrl: 'https://id.example.com',
    used: { setIfAbsent: unused },
    warn: (message, facts) => warnings.push([message, facts]),
  });
  const connector = { connectorId: 'c1', name: 'corp', updatedAt: 1, settings } as unknown as Connector;
  const request = { state: 's', redirectUri: '', loginHint: undefined, reauthenticate: false, now: Date.now() };
  const { redirect } = open(connector);
  expect(await redirect?.begin(request)).toMatchObject({ url: expect.stringContaining('SAMLRequest=') });
  await redirect?.begin(request);
  expect(warnings).toEqual([[expect.stringContaining('expires soon'), expect.objectContaining({ connector: 'corp' })]]);
});
