import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { createSecureContext } from 'node:tls';

/** The files of a certificate and its key. */
export interface KeyPairFiles {
  readonly certificateFile: string;
  readonly keyFile: string;
  readonly keyPassphrase?: string | undefined;
}

/** A certificate and the key that belongs to it, as they were in the files together. */
export interface KeyPair {
  /** The chain in PEM, the server's own certificate first. */
  readonly cert: string;
  /** PEM, not encrypted. */
  readonly key: string;
  readonly leaf: X509Certificate;
  /** When the certificate expires, ms since the epoch. */
  readonly expiresAt: number;
  /** Whether the key file can be read by users other than its owner and group. */
  readonly isKeyExposed: boolean;
}

const CERTIFICATE = 'server.tls.certificateFile';
const KEY = 'server.tls.keyFile';
/** Permissions of everyone except the owner and the group. */
const OTHERS = 0o007;

/** Reads both files, and checks that they belong together. @throws {Error} naming the file, and what to do. */
export function readKeyPair({ certificateFile, keyFile, keyPassphrase }: KeyPairFiles): KeyPair {
  const cert = read(CERTIFICATE, certificateFile);
  const leaf = readLeaf(cert, certificateFile);
  const privateKey = readKey(read(KEY, keyFile), keyFile, keyPassphrase);
  if (!leaf.checkPrivateKey(privateKey)) {
    throw new Error(
      `${KEY}: ${keyFile} is not the key of the first certificate in ${certificateFile}: the server’s own certificate must come first, and both files must be replaced together`,
    );
  }
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
  try {
    createSecureContext({ cert, key });
  } catch (cause) {
    throw new Error(`${CERTIFICATE}: ${certificateFile} cannot be used: ${(cause as Error).message}`, { cause });
  }
  return {
    cert,
    key,
    leaf,
    expiresAt: Date.parse(leaf.validTo),
    isKeyExposed: (statSync(keyFile).mode & OTHERS) !== 0,
  };
}

function read(setting: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const remedy =
      code === 'EACCES' ? 'let the user that the server runs as read it' : 'give the path of a file that exists';
    throw new Error(`${setting}: ${path} cannot be read (${code}): ${remedy}`, { cause });
  }
}

function readLeaf(pem: string, path: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (cause) {
    throw new Error(
      `${CERTIFICATE}: ${path} has no certificate in PEM (-----BEGIN CERTIFICATE-----): put the server’s own first, then the intermediate ones`,
      { cause },
    );
  }
}

function readKey(pem: string, path: string, passphrase: string | undefined): KeyObject {
  try {
    return createPrivateKey({ key: pem, ...(passphrase !== undefined && { passphrase }) });
  } catch (cause) {
    const isEncrypted = pem.includes('ENCRYPTED');
    const why = !isEncrypted
      ? 'has no private key in PEM (-----BEGIN PRIVATE KEY-----)'
      : passphrase === undefined
        ? 'is encrypted: set ROLECALL_TLS_KEY_PASSPHRASE_FILE to a file with its passphrase'
        : 'cannot be decrypted: check the passphrase (server.tls.keyPassphrase)';
    throw new Error(`${KEY}: ${path} ${why}`, { cause });
  }
}
