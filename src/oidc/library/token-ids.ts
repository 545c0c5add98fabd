import type Provider from 'oidc-provider';
import { hashedId } from '../../keys/hashed-id.ts';
import { currentSession } from './current-request.ts';
import type { OidcProviderLibrary } from './load-oidc-provider.ts';

/** What the ids of oidc-provider's records look like. */
export const RECORD_ID = /^[\w-]{21,129}$/;
/** An id of oidc-provider's own. Each name behind it has the same length. */
const ID_LENGTH = 43;

interface Named {
  readonly kind: string;
  readonly grantId?: string;
  readonly expiresWithSession?: boolean;
}

/**
 * Lets codes and refresh tokens name the grant that they are of, behind their own 256 random bits, and codes that end with a session also that
 * session, by the hash of its id: what is checked with them can then be read with them. The names open nothing: the record says which grant
 * and session it is of.
 */
export function nameTokens(provider: Provider, library: Pick<OidcProviderLibrary, 'Provider'>): void {
  for (const { prototype } of [provider.AuthorizationCode, provider.RefreshToken]) {
    const made = prototype as unknown as { generateTokenId(): string };
    const { generateTokenId } = made;
    made.generateTokenId = function (this: Named) {
      const id = generateTokenId.call(this as never) + (this.grantId ?? '');
      const sessionId = currentSession(library)?.jti;
      const namesSession = this.kind === 'AuthorizationCode' && this.expiresWithSession && sessionId !== undefined;
      return namesSession ? id + hashedId(sessionId) : id;
    };
  }
}

export interface TokenNames {
  readonly grantId: string | undefined;
  /** Hashed. */
  readonly session: string | undefined;
}

/** The grant and the session that a code or refresh token names, as far as it does. */
export function namesOf(id: string): TokenNames {
  const named = (index: number): string | undefined => {
    const name = id.slice(index * ID_LENGTH, (index + 1) * ID_LENGTH);
    return RECORD_ID.test(id) && name.length === ID_LENGTH ? name : undefined;
  };
  return { grantId: named(1), session: named(2) };
}
