import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { CertifiedBy } from './software-authenticator.ts';
import { authority, openTestAuthorities } from './test-authority.ts';

/** The subject that WebAuthn Level 3 §8.2.1 asks of attestation certificates. */
const SUBJECT = '/C=SE/O=Test Vendor/OU=Authenticator Attestation/CN=Test Key';
const AAGUID_EXTENSION = '1.3.6.1.4.1.45724.1.1.4';

interface Made {
  /** Names of the authorities that are sent along, beginning with the one that issued the certificate. */
  readonly issuers: readonly string[];
  /** The AAGUID that the certificate names, 32 hex digits. */
  readonly aaguid?: string;
  readonly days?: number;
  readonly format?: string;
}

/** Vendors of authenticators, whose attestation certificates are made by OpenSSL in a directory. */
export function openVendors(directory: string) {
  const { issue } = openTestAuthorities(directory);
  const pems = new Map<string, string>();
  const der = (pem: string): Uint8Array => new X509Certificate(pem).raw;
  let count = 0;

  /** Makes an authority; without an issuer, a root. Answers its certificate in PEM. */
  function vendor(name: string, { issuer, constraints }: { issuer?: string; constraints?: string } = {}): string {
    const { pem } = issue(name, issuer, { extensions: authority(constraints), days: 60 });
    pems.set(name, pem);
    return pem;
  }

  /** Makes the certificate of a model, the nth by the name `model<n>`; answers what its authenticators attest with. */
  function model({ issuers, aaguid, days = 30, format = 'packed' }: Made): CertifiedBy {
    const extensions = ['basicConstraints=critical,CA:false'];
    if (aaguid !== undefined) extensions.push(`${AAGUID_EXTENSION}=DER:0410${aaguid}`);
    const name = `model${++count}`;
    const { pem, keyFile } = issue(name, issuers[0], { subject: SUBJECT, extensions, days });
    pems.set(name, pem);
    const between = issuers.map((name) => pems.get(name) ?? '');
    return { format, x5c: [pem, ...between].map(der), key: createPrivateKey(readFileSync(keyFile)) };
  }

  return { vendor, model };
}
