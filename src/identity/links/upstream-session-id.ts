import { createHash } from 'node:crypto';

/** 128 bits: part of every token and session of the login, so it is short. */
const LENGTH = 22;

/** Identifies a session at a connector's provider (OIDC `sid`, SAML SessionIndex). Hashed, because its id may work as a key there. */
export function upstreamSessionId(connectorId: string, session: string): string {
  return createHash('sha256')
    .update(JSON.stringify([connectorId, 'session', session]))
    .digest('base64url')
    .slice(0, LENGTH);
}
