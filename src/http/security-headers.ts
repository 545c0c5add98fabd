import type { ServerResponse } from 'node:http';
import { STYLE_SOURCE } from './style.ts';

/**
 * The content security policy of a page. Nothing may be loaded, framed or run; the page's own style is allowed by its hash.
 * `script-src` is named although it is empty, because oidc-provider adds the hash of its self-submitting form to it.
 * @param formTargets where forms may lead beside this origin: browsers check redirects that answer a form, too, so the app
 *   that a sign-in returns to must be among them.
 */
export function contentSecurityPolicy(formTargets: readonly string[] = []): string {
  return [
    "default-src 'none'",
    `style-src ${STYLE_SOURCE}`,
    'script-src',
    `form-action ${["'self'", ...formTargets].join(' ')}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ');
}

/**
 * The source expressions that let a form lead back to an app: any https address, because apps redirect further from where
 * they are called back; or the app's own origin or scheme, where that is not https (a program on the person's machine).
 */
export function formTarget(url: string | undefined): readonly string[] {
  if (url === undefined || !URL.canParse(url)) return [];
  const { protocol, origin } = new URL(url);
  if (protocol === 'https:') return ['https:'];
  return [origin === 'null' ? protocol : origin];
}

export type Headers = readonly (readonly [name: string, value: string])[];

/** The headers of every answer of pages and OpenID Connect (RFC 9700 §4.16, ASVS V3). `secure`: the public URL is https. */
export function securityHeaders({ secure }: { secure: boolean }): Headers {
  const headers: [string, string][] = [
    ['Content-Security-Policy', contentSecurityPolicy()],
    ['X-Frame-Options', 'DENY'],
    ['X-Content-Type-Options', 'nosniff'],
    ['Referrer-Policy', 'no-referrer'],
    ['Cache-Control', 'no-store'],
    ['Cross-Origin-Opener-Policy', 'same-origin'],
    ['Permissions-Policy', 'camera=(), geolocation=(), microphone=()'],
  ];
  if (secure) headers.push(['Strict-Transport-Security', 'max-age=63072000; includeSubDomains']);
  return headers;
}

export function setHeaders(response: ServerResponse, headers: Headers): void {
  for (const [name, value] of headers) response.setHeader(name, value);
}
