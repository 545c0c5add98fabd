import type { ServerResponse } from 'node:http';
import { PLAIN_HEADERS, READ_METHODS, sendAllowed, sendPlain } from './plain-answer.ts';
import type { AnswerFile } from './public-files.ts';

const PATH = /^\/outbound\/([0-9a-f]{32})\/\.well-known\/(openid-configuration|jwks\.json)$/;
/** Seconds for which verifiers may keep an answer. A new key is published a day before it signs. */
const MAX_AGE = 300;

interface Dependencies {
  /** The issuer of an id. */
  readonly issuerOf: (issuerId: string) => string;
  /** Its published keys; `undefined` if no account has it. */
  readonly jwksOf: (issuer: string) => Promise<object | undefined>;
  readonly fault: (error: unknown) => void;
}

/** Serves what verifiers of the accounts' outbound tokens read: the discovery document (with AWS's members) and the keys. */
export function outboundFiles({ issuerOf, jwksOf, fault }: Dependencies): AnswerFile {
  return ({ method }, response, path) => {
    const [, issuerId, file] = PATH.exec(path) ?? [];
    if (issuerId === undefined) return false;
    if (method !== 'GET' && method !== 'HEAD') {
      sendAllowed(response, method === 'OPTIONS' ? 204 : 405, READ_METHODS);
      return true;
    }
    const issuer = issuerOf(issuerId);
    const answer = async (): Promise<void> => {
      const jwks = await jwksOf(issuer);
      if (jwks === undefined) sendPlain(response, 404, 'no account has this issuer\n');
      else sendJson(response, file === 'jwks.json' ? jwks : discoveryOf(issuer));
    };
    answer().catch((error: unknown) => {
      fault(error);
      if (!response.headersSent) sendPlain(response, 503, 'the keys cannot be read now; try again\n');
    });
    return true;
  };
}

function discoveryOf(issuer: string): object {
  return {
    issuer,
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    subject_types_supported: ['public'],
    // AWS's lacks it, though OpenID Connect Discovery 1.0 §3 requires it.
    response_types_supported: ['id_token'],
    id_token_signing_alg_values_supported: ['RS256', 'ES384'],
    claims_supported: ['sub', 'iss', 'aud', 'exp', 'iat', 'jti', 'https://sts.amazonaws.com/'],
  };
}

function sendJson(response: ServerResponse, value: object): void {
  const text = JSON.stringify(value);
  response.writeHead(200, {
    ...PLAIN_HEADERS,
    'Cache-Control': `public, max-age=${MAX_AGE}`,
    'Access-Control-Allow-Origin': '*',
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(text),
  });
  response.end(text);
}
