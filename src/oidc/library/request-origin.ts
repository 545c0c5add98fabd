/**
 * Makes a Koa application, such as oidc-provider, build every URL from the public URL, whatever the `Host` and `X-Forwarded-…` headers say: a
 * forged header must not appear in discovery or in a redirect (ASVS 4.1.3).
 */
export function pinOrigin(app: { readonly request: object }, publicUrl: string): void {
  const { host, protocol } = new URL(publicUrl);
  Object.defineProperties(app.request, {
    host: { get: () => host },
    protocol: { get: () => protocol.slice(0, -1) },
    secure: { get: () => protocol === 'https:' },
  });
}
