import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface IssueOptions {
  /** In OpenSSL's form: `/O=Acme/CN=web`. Default: `/CN=<name>`. */
  readonly subject?: string;
  /** Extensions, each as a line of OpenSSL's configuration. Default: those of a client. */
  readonly extensions?: readonly string[];
  readonly days?: number;
  /** Arguments for the new key. Default: an EC key on P-256. */
  readonly newKey?: readonly string[];
  /** Arguments for the signature: `-sha1`. */
  readonly digest?: string;
}

/** A certificate and its key, as PEM files. */
export interface Issued {
  readonly certFile: string;
  readonly keyFile: string;
  readonly pem: string;
}

const EC_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];
export const CLIENT = [
  'basicConstraints=critical,CA:false',
  'keyUsage=critical,digitalSignature',
  'extendedKeyUsage=clientAuth',
];
/** A server at these names and addresses, each as `DNS:…` or `IP:…`. */
export const server = (...names: readonly string[]): readonly string[] => [
  'basicConstraints=critical,CA:false',
  'extendedKeyUsage=serverAuth',
  `subjectAltName=${names.join(',')}`,
];
export const authority = (constraints = 'CA:true'): readonly string[] => [
  `basicConstraints=critical,${constraints}`,
  'keyUsage=critical,keyCertSign,cRLSign',
  'subjectKeyIdentifier=hash',
];

/** Certificate authorities by OpenSSL, in one directory. */
export function openTestAuthorities(directory: string) {
  const at = (name: string): string => join(directory, name);
  const openssl = (...args: string[]): void => void execFileSync('openssl', args, { stdio: 'pipe' });
  const issued = (name: string): Issued => ({
    certFile: at(`${name}.pem`),
    keyFile: at(`${name}.key`),
    pem: readFileSync(at(`${name}.pem`), 'utf8'),
  });

  /** Issues a certificate; without an issuer, it is self-signed. */
  function issue(name: string, issuer: string | undefined, options: IssueOptions = {}): Issued {
    const { subject = `/CN=${name}`, extensions = CLIENT, days = 30, newKey = EC_KEY, digest = '-sha256' } = options;
    writeFileSync(at(`${name}.cnf`), ['[req]', 'distinguished_name = dn', '[dn]', '[own]', ...extensions].join('\n'));
    openssl(
      ...['req', '-x509', '-utf8', '-config', at(`${name}.cnf`), '-extensions', 'own', ...newKey, '-nodes'],
      ...['-subj', subject, '-days', String(days), digest],
      ...['-set_serial', `0x${Buffer.from(name).toString('hex').slice(0, 30)}`],
      ...(issuer === undefined ? [] : ['-CA', at(`${issuer}.pem`), '-CAkey', at(`${issuer}.key`)]),
      ...['-keyout', at(`${name}.key`), '-out', at(`${name}.pem`)],
    );
    return issued(name);
  }

  /** A revocation list of an authority in PEM, valid for so many days. */
  function revocationList(issuer: string, revoked: readonly Issued[] = [], days = 7): string {
    const config = at(`${issuer}-ca.cnf`);
    writeFileSync(at(`${issuer}.index`), '');
    writeFileSync(
      config,
      ['[ca]', 'default_ca = own', '[own]', `database = ${at(`${issuer}.index`)}`, 'default_md = sha256'].join('\n'),
    );
    const ca = ['ca', '-config', config, '-cert', at(`${issuer}.pem`), '-keyfile', at(`${issuer}.key`)];
    for (const { certFile } of revoked) openssl(...ca, '-revoke', certFile);
    openssl(...ca, '-gencrl', '-crldays', String(days), '-out', at(`${issuer}.crl`));
    return readFileSync(at(`${issuer}.crl`), 'utf8');
  }

  return { at, issue, revocationList };
}
