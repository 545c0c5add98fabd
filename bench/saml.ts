import { verify } from 'node:crypto';
import { ENTITY_ID, rsaKey } from '../harness/saml-metadata.ts';
import { assertionXml, base64, encrypted, responseXml, signed } from '../harness/saml-responses.ts';
import { samlLogins } from '../src/federation/saml/saml-logins.ts';
import type { SamlProvider } from '../src/identity/documents/saml-provider.ts';
import type { Bench, PreparedBench, Workload } from './bench.ts';

const ACCOUNT = '123456789012';
const PROVIDER = `arn:aws:iam::${ACCOUNT}:saml-provider/Idp`;
const RECIPIENT = 'https://id.example.com/saml';

/** Everything that AssumeRoleWithSAML does besides what AssumeRole does too, without the store. */
async function prepare(): Promise<PreparedBench> {
  const now = Date.now();
  const key = rsaKey();
  const decrypting = rsaKey();
  const attributes = {
    Role: Array.from({ length: 10 }, (_, index) => `arn:aws:iam::${ACCOUNT}:role/role-${index},${PROVIDER}`),
    RoleSessionName: ['alice@example.com'],
    'PrincipalTag:team': ['blue'],
    'urn:oid:1.3.6.1.4.1.5923.1.1.1.1': ['staff', 'member'],
  };
  const assertion = assertionXml({ now, recipient: RECIPIENT, attributes });
  const assertionSigned = signed(responseXml(assertion, { now }), 'Assertion', key);
  const inner = await encrypted(signed(assertion, 'Assertion', key), decrypting);
  const provider: SamlProvider = {
    accountId: ACCOUNT,
    arn: PROVIDER,
    providerName: 'Idp',
    nameKey: 'idp',
    uuid: 'A'.repeat(32),
    metadataDocument: '',
    metadata: { entityId: ENTITY_ID, signingCertificates: [key.certificate], singleSignOn: [] },
    assertionEncryptionMode: 'Allowed',
    privateKeys: [{ keyId: 'A'.repeat(32), sealedKey: 'sealed', addedAt: now }],
    createdAt: now,
    updatedAt: now,
    tags: [],
  };
  const logins = samlLogins({
    store: { samlProviders: { get: async () => provider } as never },
    sealer: { open: () => decrypting.privateKey.export({ type: 'pkcs8', format: 'der' }) } as never,
    ephemeral: { setIfAbsent: async () => true },
    refused: () => {},
    publicUrl: 'https://id.example.com',
    settings: { recipients: [], audiences: [] },
  });
  const login = (xml: string): Workload => {
    const presented = { accountId: ACCOUNT, providerArn: PROVIDER, encoded: base64(xml), now };
    return { kind: 'async', call: () => logins.verify(presented), concurrency: 1 };
  };
  const bytes = Buffer.from(assertion);
  const signature = Buffer.alloc(256);
  return {
    variants: {
      'RSA-2048 verification alone': { kind: 'sync', call: () => verify('sha256', bytes, key.publicKey, signature) },
      'assertion signed': login(assertionSigned),
      'response and assertion signed': login(signed(assertionSigned, 'Response', key)),
      'assertion signed and encrypted': login(responseXml(inner, { now })),
    },
  };
}

/** Verifying a SAML response and reading what it says, compared with the bare signature verification. */
export const benches: readonly Bench[] = [
  { name: 'assume-role-with-saml', against: 'RSA-2048 verification alone', prepare },
];
