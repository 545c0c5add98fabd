import type { IncomingMessage } from 'node:http';
import type { KoaContextWithOIDC } from 'oidc-provider';

/** oidc-provider's memory of what was used, which its types lack. */
interface ReplayMemory {
  unique(issuer: string, id: string, until: number): Promise<boolean>;
}

/** In seconds. How long a request is remembered after its end: more than the tolerance for clocks (`tokens.ts`). */
const AFTER_END = 60;

const signedBy = new WeakMap<IncomingMessage, { readonly jti: string; readonly exp: number }>();

/** Notes which signed request a call brings, before anything about it is known to be true. */
export function noteSignedRequest({ req }: KoaContextWithOIDC, request: { jti: string; exp: number }): void {
  signedBy.set(req, request);
}

/**
 * Uses up the signed request of a call, if it has one. To be called last, so that a refused request can be sent again.
 * @returns whether it was not used before.
 */
export async function useSignedRequest({ req, oidc: { client, provider } }: KoaContextWithOIDC): Promise<boolean> {
  const request = signedBy.get(req);
  if (request === undefined || client === undefined) return true;
  const { ReplayDetection } = provider as unknown as { readonly ReplayDetection: ReplayMemory };
  // The ids of a client's assertions are others.
  return await ReplayDetection.unique(client.clientId, ` request ${request.jti}`, request.exp + AFTER_END);
}
