import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

/** What an attacker, or a faulty authenticator, says instead of the truth. */
export interface Untruth {
  readonly origin?: string;
  readonly rpId?: string;
  readonly challenge?: string;
  readonly type?: string;
  readonly crossOrigin?: boolean;
  readonly topOrigin?: string;
  readonly isPresent?: boolean;
  readonly isVerified?: boolean;
  readonly counter?: number;
  readonly userHandle?: string | null;
  readonly credentialId?: string;
  /** What the browser says of a new credential: whether it is discoverable (`credProps.rk`). Default: nothing. */
  readonly isDiscoverable?: boolean;
  /** Changes the signed data after signing. */
  readonly spoils?: boolean;
}

interface Options {
  readonly challenge: string;
  readonly rp?: { readonly id?: string };
  readonly rpId?: string;
  readonly user?: { readonly id: string };
}

const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');
const sha256 = (data: string | Uint8Array): Buffer => createHash('sha256').update(data).digest();

/** CBOR (RFC 8949) of what attestations consist of. */
type Cbor = number | string | Uint8Array | readonly unknown[] | ReadonlyMap<number | string, unknown>;

function cbor(value: Cbor): Buffer {
  const head = (major: number, length: number): Buffer => {
    if (length < 24) return Buffer.from([(major << 5) | length]);
    if (length < 256) return Buffer.from([(major << 5) | 24, length]);
    return Buffer.from([(major << 5) | 25, length >> 8, length & 255]);
  };
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value);
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (value instanceof Uint8Array) return Buffer.concat([head(2, value.length), value]);
  if (Array.isArray(value)) return Buffer.concat([head(4, value.length), ...value.map((each) => cbor(each as Cbor))]);
  const members = [...(value as ReadonlyMap<number | string, unknown>)];
  return Buffer.concat([head(5, members.length), ...members.flatMap(([key, each]) => [cbor(key), cbor(each as Cbor)])]);
}

/** An attestation with a certificate, first of `x5c` (DER), that is the same for all passkeys of a model. */
export interface CertifiedBy {
  readonly format: string;
  readonly x5c: readonly Uint8Array[];
  readonly key: KeyObject;
}

/** An attestation whose statement is made anew for each passkey, of which `key` is the private key. */
export interface StatedBy {
  readonly format: string;
  state(made: {
    readonly authData: Uint8Array;
    readonly clientData: Uint8Array;
    readonly key: KeyObject;
  }): Map<string, unknown>;
}

/** How an authenticator proves its model: not at all, with the new passkey itself, or with certificates. */
export type AttestedBy = 'none' | 'self' | CertifiedBy | StatedBy;

interface AuthenticatorOptions {
  readonly origin: string;
  readonly isSynced?: boolean;
  /** 32 hex digits. Default: zeros. */
  readonly aaguid?: string;
  /** Default: `none`. */
  readonly attestedBy?: AttestedBy;
}

/** A stand-in for a passkey provider or security key, with one credential (ES256). */
export class SoftwareAuthenticator {
  readonly #origin: string;
  readonly #isSynced: boolean;
  readonly #aaguid: Buffer;
  readonly #attestedBy: AttestedBy;
  readonly #keys: { readonly publicKey: KeyObject; readonly privateKey: KeyObject };
  readonly id = base64url(randomBytes(20));
  counter: number;
  #userHandle = '';

  constructor({ origin, isSynced = false, aaguid = '0'.repeat(32), attestedBy = 'none' }: AuthenticatorOptions) {
    this.#origin = origin;
    this.#isSynced = isSynced;
    this.#aaguid = Buffer.from(aaguid, 'hex');
    this.#attestedBy = attestedBy;
    this.counter = isSynced ? 0 : 1;
    this.#keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  }

  #clientData(type: string, { challenge }: Options, untruth: Untruth): Buffer {
    const { origin = this.#origin, crossOrigin = false, topOrigin } = untruth;
    const data = { type: untruth.type ?? type, challenge: untruth.challenge ?? challenge, origin, crossOrigin };
    return Buffer.from(JSON.stringify({ ...data, ...(topOrigin !== undefined && { topOrigin }) }));
  }

  #authenticatorData(
    rpId: string,
    { isPresent = true, isVerified = true, ...untruth }: Untruth,
    attested?: Buffer,
  ): Buffer {
    const backup = this.#isSynced ? 0b11000 : 0;
    const flags = Number(isPresent) | (Number(isVerified) << 2) | backup | (attested === undefined ? 0 : 1 << 6);
    const rest = Buffer.alloc(5);
    rest.writeUInt8(flags, 0);
    rest.writeUInt32BE(untruth.counter ?? this.counter, 1);
    return Buffer.concat([sha256(untruth.rpId ?? rpId), rest, attested ?? Buffer.alloc(0)]);
  }

  /** What an attestation signs: of `packed` (WebAuthn Level 3 §8.2), which others resemble, or `fido-u2f` (§8.6). */
  #attested(format: string, authData: Buffer, clientData: Buffer): Buffer {
    if (format !== 'fido-u2f') return Buffer.concat([authData, sha256(clientData)]);
    const id = authData.subarray(55, 55 + authData.readUInt16BE(53));
    const { x = '', y = '' } = this.#keys.publicKey.export({ format: 'jwk' });
    const point = [Buffer.from([4]), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')];
    return Buffer.concat([Buffer.alloc(1), authData.subarray(0, 32), sha256(clientData), id, ...point]);
  }

  #attestation(authData: Buffer, clientData: Buffer): Map<string, unknown> {
    const by = this.#attestedBy;
    const format = by === 'self' ? 'packed' : by === 'none' ? by : by.format;
    let statement = new Map<string, unknown>();
    if (typeof by === 'object' && 'state' in by) {
      statement = by.state({ authData, clientData, key: this.#keys.privateKey });
    } else if (by !== 'none') {
      const key = by === 'self' ? this.#keys.privateKey : by.key;
      statement.set('alg', -7).set('sig', sign('sha256', this.#attested(format, authData, clientData), key));
      if (by !== 'self') statement.set('x5c', by.x5c);
    }
    return new Map<string, unknown>([
      ['fmt', format],
      ['attStmt', statement],
      ['authData', authData],
    ]);
  }

  /** Makes the credential; answers what the browser posts. */
  create(options: Options, untruth: Untruth = {}): string {
    this.#userHandle = options.user?.id ?? '';
    const { x = '', y = '' } = this.#keys.publicKey.export({ format: 'jwk' });
    const coordinate = (text: string): Buffer => Buffer.from(text, 'base64url');
    const key = cbor(
      new Map<number, unknown>([
        [1, 2],
        [3, -7],
        [-1, 1],
        [-2, coordinate(x)],
        [-3, coordinate(y)],
      ]),
    );
    const id = Buffer.from(untruth.credentialId ?? this.id, 'base64url');
    const attested = Buffer.concat([this.#aaguid, Buffer.from([id.length >> 8, id.length & 255]), id, key]);
    const authData = this.#authenticatorData(options.rp?.id ?? '', untruth, attested);
    const clientData = this.#clientData('webauthn.create', options, untruth);
    return JSON.stringify({
      id: base64url(id),
      rawId: base64url(id),
      type: 'public-key',
      response: {
        clientDataJSON: base64url(clientData),
        attestationObject: base64url(cbor(this.#attestation(authData, clientData))),
        transports: ['internal'],
      },
      ...(untruth.isDiscoverable !== undefined && {
        clientExtensionResults: { credProps: { rk: untruth.isDiscoverable } },
      }),
    });
  }

  /** Signs a challenge; answers what the browser posts. */
  get(options: Options, untruth: Untruth = {}): string {
    if (!this.#isSynced) this.counter++;
    const clientData = this.#clientData('webauthn.get', options, untruth);
    const authData = this.#authenticatorData(options.rpId ?? '', untruth);
    const signature = sign('sha256', Buffer.concat([authData, sha256(clientData)]), this.#keys.privateKey);
    if (untruth.spoils === true) authData[36] = (authData[36] ?? 0) + 1;
    const { userHandle = this.#userHandle, credentialId = this.id } = untruth;
    return JSON.stringify({
      id: credentialId,
      rawId: credentialId,
      type: 'public-key',
      response: {
        clientDataJSON: base64url(clientData),
        authenticatorData: base64url(authData),
        signature: base64url(signature),
        ...(userHandle !== null && { userHandle }),
      },
    });
  }
}
