import type Provider from 'oidc-provider';
import type { Client } from 'oidc-provider';

interface SidClient extends Client {
  includeSid(): boolean;
}

/**
 * Puts `sid` into the ID tokens of clients that end sessions in a frame, because their frame names the session by it (Front-Channel
 * Logout 1.0 §3). The library does so for clients that are notified directly.
 */
export function nameSessionsForFrames(provider: Provider): void {
  const { prototype } = provider.Client as unknown as { readonly prototype: SidClient };
  const forNotices = Reflect.get(prototype, 'includeSid') as SidClient['includeSid'];
  prototype.includeSid = function includeSid(this: SidClient): boolean {
    return this['frontchannel_logout_uri'] !== undefined || forNotices.call(this);
  };
}
