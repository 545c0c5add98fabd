import type { KoaContextWithOIDC } from 'oidc-provider';
import type { KeyRing } from '../../keys/key-ring.ts';

/** The members of a JWK Set (RFC 7517 §5) that are used here. */
interface KeySet {
  readonly keys: readonly { readonly kid?: unknown }[];
}

/** In the form that oidc-provider expects. */
const KEY_SET = /^\/jwks\/?$/i;

/**
 * Adds the public keys of session tokens to the issuer's key set, so that a service finds all keys of the installation in one place. The
 * issuer itself never signs with them, and session tokens cannot be mistaken for its tokens: they have another `typ` and `iss`.
 */
export function publishSessionKeys(keyRing: Pick<KeyRing, 'publicJwks'>) {
  const publish = async (ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
    await next();
    if (ctx.status !== 200) return;
    const { keys } = ctx.body as KeySet;
    const known = new Set(keys.map(({ kid }) => kid));
    ctx.body = { keys: [...keys, ...keyRing.publicJwks().keys.filter((key) => !known.has(key['kid']))] };
  };
  return (ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> =>
    KEY_SET.test(ctx.path) ? publish(ctx, next) : next();
}
