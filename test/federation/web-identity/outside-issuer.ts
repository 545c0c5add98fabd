import { execFileSync } from 'node:child_process';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer as createHttp, type RequestListener, type Server } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { exportJWK, type JWK, type JWTPayload, SignJWT } from 'jose';

/** A key pair of an issuer. */
export interface IssuerKey {
  readonly privateKey: KeyObject;
  readonly jwk: JWK;
}

export async function makeKey(kid?: string): Promise<IssuerKey> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = { ...(await exportJWK(publicKey)), alg: 'ES256', use: 'sig', ...(kid !== undefined && { kid }) };
  return { privateKey, jwk };
}

export function signToken({ privateKey, jwk }: IssuerKey, claims: JWTPayload, header: object = {}): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'ES256', ...(jwk.kid !== undefined && { kid: jwk.kid }), ...header })
    .sign(privateKey);
}

/** A stand-in for an issuer: a server that publishes a discovery document and keys, and nothing else. */
export interface OutsideIssuer {
  readonly url: string;
  readonly port: number;
  /** The paths asked for so far. */
  readonly asked: string[];
  keys: JWK[];
  /** Replaces the answer of a path; answers `false` to leave it as it is. */
  interfere: (path: string, response: Parameters<RequestListener>[1]) => boolean;
  close(): Promise<void>;
}

/** @param tls A key and a certificate in PEM; absent: plain http. */
export async function startIssuer(
  keys: JWK[],
  tls?: { readonly key: string; readonly cert: string },
): Promise<OutsideIssuer> {
  const issuer: { -readonly [Member in keyof OutsideIssuer]: OutsideIssuer[Member] } = {
    url: '',
    port: 0,
    asked: [],
    keys,
    interfere: () => false,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  const listener: RequestListener = ({ url: path = '' }, response) => {
    issuer.asked.push(path);
    if (issuer.interfere(path, response)) return;
    if (path === '/.well-known/openid-configuration') {
      response.end(JSON.stringify({ issuer: issuer.url, jwks_uri: `${issuer.url}/keys` }));
    } else if (path === '/keys') response.end(JSON.stringify({ keys: issuer.keys }));
    else response.writeHead(404).end();
  };
  const server: Server = tls === undefined ? createHttp(listener) : (createHttps(tls, listener) as unknown as Server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  issuer.port = (server.address() as AddressInfo).port;
  issuer.url = `${tls === undefined ? 'http' : 'https'}://localhost:${issuer.port}`;
  return issuer;
}

/** A private certificate authority with a certificate for localhost, made by OpenSSL in the directory. */
export interface PrivateAuthority {
  readonly caFile: string;
  readonly key: string;
  readonly cert: string;
}

export function makeAuthority(directory: string): PrivateAuthority {
  const at = (name: string): string => join(directory, name);
  const openssl = (...args: string[]): void => void execFileSync('openssl', args, { stdio: 'pipe' });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
  openssl('req', '-x509', ...newKey, '-subj', '/CN=Private CA', '-keyout', at('ca.key'), '-out', at('ca.pem'));
  openssl(
    ...['req', '-x509', ...newKey, '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'],
    ...['-addext', 'basicConstraints=critical,CA:false', '-CA', at('ca.pem'), '-CAkey', at('ca.key')],
    ...['-keyout', at('server.key'), '-out', at('server.pem')],
  );
  return {
    caFile: at('ca.pem'),
    key: readFileSync(at('server.key'), 'utf8'),
    cert: readFileSync(at('server.pem'), 'utf8'),
  };
}
