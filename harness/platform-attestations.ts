import { createHash, createPrivateKey, type KeyObject, sign, X509Certificate } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import type { StatedBy } from './software-authenticator.ts';
import { authority, openTestAuthorities } from './test-authority.ts';

/** What a platform says that is not so. */
export interface PlatformUntruth {
  /** Vouches for another ceremony than the one that runs. */
  readonly isForAnother?: boolean;
  /** The certificate is for another key than the new passkey. */
  readonly hasOtherKey?: boolean;
  /** Android: the key can be used by all applications, not only by the one that made it. */
  readonly isForAllApplications?: boolean;
}

const sha256 = (...data: readonly Uint8Array[]): Buffer => createHash('sha256').update(Buffer.concat(data)).digest();
const ES256 = -7;
/** id:49465800 is Infineon in the TCG's list of vendors. */
const TPM_NAME = ['[tpm]', '0.2.23.133.2.1 = id:49465800', '0.2.23.133.2.2 = SLB9665', '0.2.23.133.2.3 = id:0005'];

/** Platform authenticators whose statements are made by OpenSSL in a directory: TPMs, Apple's devices and Android's, each with a root. */
export function openPlatforms(directory: string) {
  const { at, issue } = openTestAuthorities(directory);
  const der = (pem: string): Uint8Array => new X509Certificate(pem).raw;
  let count = 0;

  /** Makes a root. Answers its certificate in PEM. */
  const root = (name: string): string => issue(name, undefined, { extensions: authority(), days: 60 }).pem;

  /** Issues a certificate for a key. */
  function certify(issuer: string, key: KeyObject, extensions: readonly string[]): Uint8Array {
    const name = `platform${++count}`;
    writeFileSync(at(`${name}.own`), key.export({ type: 'pkcs8', format: 'pem' }));
    return der(issue(name, issuer, { subject: `/CN=${name}`, extensions, newKey: ['-key', at(`${name}.own`)] }).pem);
  }

  const otherKey = (): KeyObject => createPrivateKey(readFileSync(issue(`other${++count}`, undefined).keyFile));
  const ownOr = ({ hasOtherKey = false }: PlatformUntruth, key: KeyObject): KeyObject =>
    hasOtherKey ? otherKey() : key;
  const hashOf = ({ isForAnother = false }: PlatformUntruth, data: Uint8Array): Buffer =>
    isForAnother ? sha256(data, data) : sha256(data);

  /** Apple anonymous attestation (WebAuthn Level 3 §8.8). */
  const apple = (issuer: string, untruth: PlatformUntruth = {}): StatedBy => ({
    format: 'apple',
    state({ authData, clientData, key }) {
      const nonce = hashOf(untruth, Buffer.concat([authData, sha256(clientData)])).toString('hex');
      const extensions = ['basicConstraints=critical,CA:false', `1.2.840.113635.100.8.2=DER:3024a1220420${nonce}`];
      const leaf = certify(issuer, ownOr(untruth, key), extensions);
      // Devices send no root.
      return new Map([['x5c', [leaf]]]);
    },
  });

  /** Android Key attestation (WebAuthn Level 3 §8.4), with a key description of version 3 in a trusted environment. */
  const android = (issuer: string, untruth: PlatformUntruth = {}): StatedBy => ({
    format: 'android-key',
    state({ authData, clientData, key }) {
      const challenge = hashOf(untruth, clientData).toString('hex');
      const enforced = untruth.isForAllApplications === true ? '3006bf8458020500' : '3000';
      const members = `0201030a01010201040a01010420${challenge}04003000${enforced}`;
      const description = `30${(members.length / 2).toString(16)}${members}`;
      const extensions = ['basicConstraints=critical,CA:false', `1.3.6.1.4.1.11129.2.1.17=DER:${description}`];
      const signer = ownOr(untruth, key);
      const x5c = [certify(issuer, signer, extensions), der(readFileSync(at(`${issuer}.pem`), 'utf8'))];
      const sig = sign('sha256', Buffer.concat([authData, sha256(clientData)]), signer);
      return new Map<string, unknown>([
        ['alg', ES256],
        ['sig', sig],
        ['x5c', x5c],
      ]);
    },
  });

  /** TPM attestation (WebAuthn Level 3 §8.3): an attestation identity key certifies the new key. */
  function tpm(issuer: string, untruth: PlatformUntruth = {}): StatedBy {
    const extensions = [
      ...['basicConstraints=critical,CA:false', 'extendedKeyUsage=2.23.133.8.3'],
      ...['subjectAltName=critical,dirName:tpm', ...TPM_NAME],
    ];
    const { pem, keyFile } = issue(`aik${++count}`, issuer, { subject: '/', extensions });
    const identity = createPrivateKey(readFileSync(keyFile));
    return {
      format: 'tpm',
      state({ authData, clientData, key }) {
        const pubArea = publicArea(ownOr(untruth, key));
        const certInfo = certified(pubArea, hashOf(untruth, Buffer.concat([authData, sha256(clientData)])));
        return new Map<string, unknown>([
          ['ver', '2.0'],
          ['alg', ES256],
          ['x5c', [der(pem)]],
          ['sig', sign('sha256', certInfo, identity)],
          ['certInfo', certInfo],
          ['pubArea', pubArea],
        ]);
      },
    };
  }

  return { root, apple, android, tpm };
}

/** A number of 16 bits, big-endian, and bytes with their length before them, as TPMs write them. */
const word = (number: number): Buffer => Buffer.from([number >> 8, number & 255]);
const sized = (bytes: Uint8Array): Buffer => Buffer.concat([word(bytes.length), bytes]);

/** TPMT_PUBLIC (TPM 2.0 Library Part 2 §12.2.4) of a key on P-256. */
function publicArea(key: KeyObject): Buffer {
  const { x = '', y = '' } = key.export({ format: 'jwk' });
  const [ECC, SHA256, NULL, P256] = [0x0023, 0x000b, 0x0010, 0x0003];
  const attributes = Buffer.from('00060472', 'hex');
  const point = [sized(Buffer.from(x, 'base64url')), sized(Buffer.from(y, 'base64url'))];
  const parameters = [NULL, NULL, P256, NULL].map(word);
  return Buffer.concat([word(ECC), word(SHA256), attributes, sized(Buffer.alloc(0)), ...parameters, ...point]);
}

/** TPMS_ATTEST (TPM 2.0 Library Part 2 §10.12.12) of TPM2_Certify. */
function certified(pubArea: Buffer, extraData: Buffer): Buffer {
  const name = Buffer.concat([word(0x000b), sha256(pubArea)]);
  const [clockInfo, firmware] = [Buffer.alloc(17, 1), Buffer.alloc(8)];
  const none = sized(Buffer.alloc(0));
  const head = Buffer.from('ff5443478017', 'hex');
  return Buffer.concat([head, none, sized(extraData), clockInfo, firmware, sized(name), none]);
}
