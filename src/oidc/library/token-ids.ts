import type Provider from 'oidc-provider';

/** What the ids of oidc-provider's records look like. */
export const RECORD_ID = /^[\w-]{21,86}$/;
/** An id of oidc-provider's own; what follows it names the grant. */
const ID_LENGTH = 43;

/**
 * Lets codes and refresh tokens name the grant that they are of, behind their own 256 random bits, so that both can be read at once. The
 * name opens nothing: the record says which grant it is.
 */
export function nameGrants(provider: Provider): void {
  for (const { prototype } of [provider.AuthorizationCode, provider.RefreshToken]) {
    const made = prototype as unknown as { generateTokenId(): string };
    const { generateTokenId } = made;
    made.generateTokenId = function (this: { readonly grantId?: string }) {
      return generateTokenId.call(this as never) + (this.grantId ?? '');
    };
  }
}

/** The grant that a code or refresh token names, if it does. */
export function namedGrant(id: string): string | undefined {
  const grantId = id.slice(ID_LENGTH);
  return RECORD_ID.test(id) && grantId.length === ID_LENGTH ? grantId : undefined;
}
