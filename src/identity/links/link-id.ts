import { createHash } from 'node:crypto';

/** Identifies a subject of a connector. Hashed, because providers choose subjects of any length. */
export function linkId(connectorId: string, subject: string): string {
  return createHash('sha256')
    .update(JSON.stringify([connectorId, subject]))
    .digest('base64url');
}
