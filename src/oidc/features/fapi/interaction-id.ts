import { randomUUID } from 'node:crypto';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { isOnFapiCiba } from '../../../identity/applications/oidc/fapi-ciba-profile.ts';

const HEADER = 'x-fapi-interaction-id';
const USERINFO = /^\/me\/?$/;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * Names the interaction in the answers of the user info endpoint, a resource of FAPI clients (FAPI 1.0 Part 1 §6.2.1, 11): as the request
 * names it, if that is a UUID, and otherwise by a new one. Without the header, only clients on the FAPI-CIBA profile get one.
 */
export async function nameInteraction(ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> {
  await next();
  if (!USERINFO.test(ctx.path)) return;
  const asked = ctx.get(HEADER);
  if (UUID.test(asked)) ctx.set(HEADER, asked);
  else if (isOnFapiCiba(ctx.oidc?.client)) ctx.set(HEADER, randomUUID());
}
