import type Provider from 'oidc-provider';
import type { ClientAddress } from '../../http/client-address.ts';
import type { OidcProviderLibrary } from './load-oidc-provider.ts';

interface UsedSession {
  accountId?: string | undefined;
  loginTs?: number | undefined;
  loginUsedAt?: number | undefined;
  loginAddress?: string | undefined;
}

interface SessionModel {
  readonly IN_PAYLOAD: readonly string[];
  readonly prototype: {
    save(ttl: number): Promise<string>;
    loginAccount(details: object): void;
  };
}

/**
 * Stamps each session with the address of its sign-in, and with the time of its last use, in seconds, which the idle limit of an account
 * counts from.
 *
 * INVARIANT: only a request that found the session's person, and so a session that is not over, counts as a use. Otherwise a request with
 * a session that is idle for too long would revive it, because oidc-provider saves the session of every request.
 */
export function stampUse(provider: Provider, library: OidcProviderLibrary, clientAddress: ClientAddress): void {
  const Session = provider.Session as unknown as SessionModel;
  Object.defineProperty(Session, 'IN_PAYLOAD', { value: [...Session.IN_PAYLOAD, 'loginUsedAt', 'loginAddress'] });
  const { save, loginAccount } = Session.prototype;
  Session.prototype.loginAccount = function (this: UsedSession, details) {
    loginAccount.call(this as never, details);
    this.loginUsedAt = this.loginTs;
    const request = library.Provider.ctx?.req;
    this.loginAddress = request && clientAddress(request);
  };
  Session.prototype.save = function (this: UsedSession, ttl) {
    const found = library.Provider.ctx?.oidc.entities.Account?.accountId;
    if (found !== undefined && found === this.accountId) this.loginUsedAt = Math.floor(Date.now() / 1000);
    return save.call(this as never, ttl);
  };
}
