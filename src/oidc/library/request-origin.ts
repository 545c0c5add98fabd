import type Provider from 'oidc-provider';

/**
 * Makes every URL that oidc-provider answers from the public URL, whatever the `Host` and `X-Forwarded-…` headers of a request say: a forged
 * one must not turn up in discovery or in a redirect (ASVS 4.1.3).
 */
export function pinOrigin(provider: Provider, publicUrl: string): void {
  const { host, protocol } = new URL(publicUrl);
  Object.defineProperties(provider.request, {
    host: { get: () => host },
    protocol: { get: () => protocol.slice(0, -1) },
    secure: { get: () => protocol === 'https:' },
  });
}
