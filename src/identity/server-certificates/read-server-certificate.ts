import { createPrivateKey, type KeyObject, type X509Certificate } from 'node:crypto';
import { ServiceError } from '../../kernel/service-error.ts';
import { IAM_ERRORS } from '../rules/iam-errors.ts';
import { countPemCertificates, readPemCertificate, readPemCertificates } from '../rules/pem-certificates.ts';

const LEAST_RSA_BITS = 1024;
/** OpenSSL refuses to use longer keys. */
const MOST_RSA_BITS = 16_384;
/** The longest chain that is verified. Those of public authorities have two or three certificates. */
const MOST_IN_CHAIN = 20;

/** What UploadServerCertificate gets. */
export interface ServerCertificateInput {
  /** PEM. */
  readonly body: string;
  /** PEM, not encrypted. */
  readonly privateKey: string;
  /** PEM, the issuer of `body` first. */
  readonly chain: string | undefined;
  readonly now: number;
}

function malformed(message: string, cause?: unknown): ServiceError {
  return new ServiceError(IAM_ERRORS.MalformedCertificate, message, { cause });
}

/**
 * Reads a server certificate with its private key and checks that they belong together, that the certificate is valid now, and that each
 * certificate of the chain has issued the one before.
 * @throws {ServiceError} KeyPairMismatch, MalformedCertificate
 */
export function readServerCertificate({ body, privateKey, chain, now }: ServerCertificateInput): {
  readonly key: KeyObject;
  readonly expiresAt: number;
} {
  const certificate = parsed(() => readPemCertificate(body));
  const expiresAt = requireValid(certificate, now);
  const key = readPrivateKey(privateKey);
  if (!certificate.checkPrivateKey(key)) {
    throw new ServiceError(IAM_ERRORS.KeyPairMismatch, 'The private key does not match the certificate.');
  }
  if (chain !== undefined) requireChain(certificate, chain);
  return { key, expiresAt };
}

function parsed<Value>(read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    // AWS's words.
    throw malformed('Unable to parse certificate. Please ensure the certificate is in PEM format.', error);
  }
}

function requireValid({ validFrom, validTo }: X509Certificate, now: number): number {
  const [from, until] = [Date.parse(validFrom), Date.parse(validTo)];
  // OpenSSL reads certificates with impossible dates, too.
  if (Number.isNaN(from) || Number.isNaN(until)) throw malformed('The certificate has an invalid date.');
  if (from > now) throw malformed(`The certificate is not valid before ${validFrom}.`);
  if (until <= now) throw malformed(`The certificate expired on ${validTo}.`);
  return until;
}

function readPrivateKey(pem: string): KeyObject {
  // A passphrase could not be given, and OpenSSL would ask for one.
  if (/ENCRYPTED/.test(pem)) throw malformed('Invalid Private Key. It must not be encrypted.');
  let key: KeyObject;
  try {
    key = createPrivateKey({ key: pem, format: 'pem' });
  } catch {
    // no cause: it might quote the key
    throw malformed('Invalid Private Key. It must be in PEM format.');
  }
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  const bits = details?.modulusLength ?? 0;
  const isUsable = type === 'ec' || (type === 'rsa' && bits >= LEAST_RSA_BITS && bits <= MOST_RSA_BITS);
  if (!isUsable)
    throw malformed(`Invalid Private Key. It must be an ECDSA key or an RSA key of ${LEAST_RSA_BITS} bits or more.`);
  return key;
}

function requireChain(certificate: X509Certificate, chain: string): void {
  if (countPemCertificates(chain) > MOST_IN_CHAIN) {
    throw malformed(`The certificate chain has more than ${MOST_IN_CHAIN} certificates.`);
  }
  const issuers = parsed(() => readPemCertificates(chain));
  let issued = certificate;
  for (const [index, issuer] of issuers.entries()) {
    if (!hasIssued(issuer, issued)) {
      // AWS's words. The index is that of the certificate whose issuer is missing; -1 is the server certificate itself.
      throw malformed(
        `Unable to validate certificate chain. The certificate chain must start with the immediate signing certificate, followed by any intermediaries in order. The index within the chain of the invalid certificate is: ${index - 1}`,
      );
    }
    issued = issuer;
  }
}

function hasIssued(issuer: X509Certificate, issued: X509Certificate): boolean {
  try {
    return issued.checkIssued(issuer) && issued.verify(issuer.publicKey);
  } catch {
    // a key that OpenSSL cannot read, or that is of another kind than the signature
    return false;
  }
}
