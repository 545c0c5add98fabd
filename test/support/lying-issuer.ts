import { createHmac, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { SignJWT } from 'jose';
import { patientServer } from '../../harness/patient-server.ts';

/** A stand-in for an issuer that may be broken, or under attack: a test says what its token endpoint answers. */
export interface LyingIssuer {
  readonly issuer: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** The metadata; a test may change them before the first sign-in. */
  readonly metadata: Record<string, unknown>;
  /** What the token endpoint answers as `id_token`. */
  idToken: string;
  /** Takes the place of all answers. */
  instead: ((path: string, response: ServerResponse) => boolean) | undefined;
  /** Paths that were asked for. */
  readonly asked: string[];
  /** What the token endpoint was sent. */
  readonly tokenRequests: URLSearchParams[];
  readonly server: Server;
  /** Signs claims as this issuer does. */
  sign(claims: Record<string, unknown>): Promise<string>;
  close(): Promise<void>;
}

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token without a signature. */
export function unsigned(claims: object): string {
  return `${part({ alg: 'none' })}.${part(claims)}.`;
}

/** A token signed by HMAC with any text as the key. */
export function signedByHmac(claims: object, key: string): string {
  const content = `${part({ alg: 'HS256', kid: 'one' })}.${part(claims)}`;
  return `${content}.${createHmac('sha256', key).update(content).digest('base64url')}`;
}

export async function startLyingIssuer(): Promise<LyingIssuer> {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const publicKey = createPublicKey(privateKey);
  const server = patientServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://localhost:${(server.address() as AddressInfo).port}`;
  const lying: LyingIssuer = {
    issuer,
    privateKey,
    publicKey,
    server,
    metadata: {
      issuer,
      authorization_endpoint: `${issuer}/auth`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/jwks`,
      userinfo_endpoint: `${issuer}/userinfo`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256', 'HS256', 'none'],
    },
    idToken: '',
    instead: undefined,
    asked: [],
    tokenRequests: [],
    sign: (claims) => new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'one' }).sign(privateKey),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  const answers: Record<string, () => object> = {
    '/.well-known/openid-configuration': () => lying.metadata,
    '/jwks': () => ({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'one', use: 'sig' }] }),
    '/token': () => ({ access_token: 'opaque', token_type: 'Bearer', expires_in: 60, id_token: lying.idToken }),
  };
  server.on('request', async (request, response) => {
    const [path = ''] = (request.url ?? '').split('?');
    lying.asked.push(path);
    const body = await text(request).catch(() => '');
    if (path === '/token') lying.tokenRequests.push(new URLSearchParams(body));
    if (lying.instead?.(path, response) === true) return;
    const answer = answers[path];
    response.setHeader('content-type', 'application/json');
    response.writeHead(answer === undefined ? 404 : 200).end(JSON.stringify(answer?.() ?? {}));
  });
  return lying;
}
