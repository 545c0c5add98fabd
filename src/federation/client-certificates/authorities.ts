import { readFileSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { type ReadCertificate, readCertificate } from './read-certificate.ts';
import { type RevocationList, readRevocationLists } from './revocation-list.ts';

const PEM = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+?-----END CERTIFICATE-----/g;

/** Whom client certificates may come from. */
export interface Authorities {
  /** Root and intermediate authorities; only the self-signed ones are trusted by themselves. */
  readonly certificates: readonly ReadCertificate[];
  /** `undefined`: revocation is not checked. */
  readonly revocationLists: readonly RevocationList[] | undefined;
}

export interface AuthorityFiles {
  readonly caFile: string;
  /** `undefined`: revocation is not checked. */
  readonly crlFile: string | undefined;
}

/** Opens the files of the authorities, which are read again when they have changed. */
export function openAuthorities({ caFile, crlFile }: AuthorityFiles): () => Promise<Authorities> {
  const readCertificates = readOnChange(caFile, certificatesOf);
  const readLists = crlFile === undefined ? undefined : readOnChange(crlFile, readRevocationLists);
  return async () => ({ certificates: await readCertificates(), revocationLists: await readLists?.() });
}

/** Checks the files, so that a wrong path stops the start and not the first call. @throws {Error} naming the setting and the file. */
export function requireAuthorityFiles(setting: string, { caFile, crlFile }: AuthorityFiles): void {
  requireFile(setting, caFile, certificatesOf);
  if (crlFile !== undefined) requireFile(setting, crlFile, readRevocationLists);
}

function requireFile(setting: string, path: string, read: (text: string) => unknown): void {
  try {
    read(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new Error(`${setting}: ${path} cannot be used: ${(cause as Error).message}`, { cause });
  }
}

/** Whether a certificate is signed by its own key. */
export function isSelfSigned({ x509 }: ReadCertificate): boolean {
  return x509.checkIssued(x509) && x509.verify(x509.publicKey);
}

function certificatesOf(pem: string): readonly ReadCertificate[] {
  const certificates = (pem.match(PEM) ?? []).map(readCertificate);
  if (!certificates.some(isSelfSigned)) throw new Error('it has no root certificate in PEM');
  return certificates;
}

function readOnChange<Value>(path: string, read: (text: string) => Value): () => Promise<Value> {
  let known: { readonly version: string; readonly value: Value } | undefined;
  return async () => {
    const { mtimeMs, size, ino } = await stat(path);
    const version = `${mtimeMs} ${size} ${ino}`;
    if (known?.version === version) return known.value;
    const text = await readFile(path, 'utf8');
    try {
      known = { version, value: read(text) };
    } catch (cause) {
      throw new Error(`${path}: ${(cause as Error).message}`, { cause });
    }
    return known.value;
  };
}
