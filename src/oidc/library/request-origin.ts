import type { IncomingMessage } from 'node:http';
import type Provider from 'oidc-provider';

/**
 * Makes a Koa application, such as oidc-provider, build every URL from the public URL, whatever the `Host` and `X-Forwarded-…` headers say: a
 * forged header must not appear in discovery or in a redirect (ASVS 4.1.3).
 * @param otherUrl the URL at which clients are asked for certificates, if it is another one
 */
export function pinOrigin(app: { readonly request: object }, publicUrl: string, otherUrl?: string): void {
  const main = new URL(publicUrl);
  const other = otherUrl === undefined ? undefined : new URL(otherUrl);
  const of = ({ req }: ContextRequest): URL => (other !== undefined && isProvedFor(req, other) ? other : main);
  Object.defineProperties(app.request, {
    host: {
      get(this: ContextRequest) {
        return of(this).host;
      },
    },
    protocol: {
      get(this: ContextRequest) {
        return of(this).protocol.slice(0, -1);
      },
    },
    secure: { get: () => main.protocol === 'https:' },
  });
}

interface ContextRequest {
  readonly req: IncomingMessage;
}

/** The endpoints at which oidc-provider compares the address in a DPoP proof, and whose answers have no address of ours. */
const PROVED = /^\/(?:token|request|me)\/?(?:\?|$)/i;

/**
 * Whether the DPoP proof of a request is for an endpoint of the other URL (RFC 9449 §4.2, `htu`). The `Host` header does not tell: proxies
 * write it as they like. Both URLs lead here, so a proof for either is for this server; nothing else of it is believed before it is verified.
 */
function isProvedFor({ headers, url = '' }: IncomingMessage, { origin }: URL): boolean {
  const { dpop } = headers;
  if (typeof dpop !== 'string' || !PROVED.test(url)) return false;
  try {
    const { htu } = JSON.parse(Buffer.from(dpop.split('.')[1] ?? '', 'base64url').toString('utf8'));
    return typeof htu === 'string' && new URL(htu).origin === origin;
  } catch {
    return false;
  }
}

/** Lets client assertions name the endpoints of the other URL as their audience, too (RFC 7523 §3, RFC 8705 §5). */
export function acceptOtherAudience(provider: Provider, publicUrl: string, otherUrl: string): void {
  const { prototype } = provider.OIDCContext as unknown as {
    readonly prototype: { clientJwtAuthExpectedAudience(): Set<string> };
  };
  const { clientJwtAuthExpectedAudience } = prototype;
  prototype.clientJwtAuthExpectedAudience = function () {
    const expected = clientJwtAuthExpectedAudience.call(this);
    for (const each of [...expected].filter((audience) => audience !== provider.issuer)) {
      const { pathname } = new URL(each);
      expected.add(publicUrl + pathname).add(otherUrl + pathname);
    }
    return expected;
  };
}
