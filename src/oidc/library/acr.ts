import type Provider from 'oidc-provider';
import type { SignedInSession } from '../../identity/sign-in/session-validity.ts';

/** The members of oidc-provider's context that are used here. */
interface AcrContext {
  readonly session?: SignedInSession & { readonly accountId?: string };
  readonly params?: object;
}

/**
 * What codes, and so ID tokens, get as their `acr`. oidc-provider stores one value for a session; here it follows from how the person signed
 * in and what the request asks for, because a sign-in that is stronger than asked for also satisfies the request.
 */
export function answerAcr(provider: Provider, acrOf: (session: SignedInSession, params: object) => string): void {
  const { prototype } = (provider as unknown as { readonly OIDCContext: { readonly prototype: object } }).OIDCContext;
  Object.defineProperty(prototype, 'acr', {
    configurable: true,
    get(this: AcrContext): string | undefined {
      const { session, params = {} } = this;
      return session?.accountId === undefined ? undefined : acrOf(session, params);
    },
  });
}
