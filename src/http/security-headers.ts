import type { ServerResponse } from 'node:http';
import { SCRIPT_SOURCE } from './password-field.ts';
import { STYLE_SOURCE } from './style.ts';

/**
 * Where the answers of an address lead. `here`: its pages are for people who are here already, and keep to this origin.
 * `apps`: it is part of a sign-in or sign-out that an app has begun, and leads back to that app.
 */
export type Leads = 'here' | 'apps';

/**
 * The content security policy of a page. Nothing may be loaded but the icon, and nothing framed; the page's own style and script are allowed by
 * their hashes. oidc-provider adds the hash of its self-submitting form to `script-src`.
 *
 * INVARIANT: pages that lead to apps have no `form-action`, and each of their forms has an `action` that the server wrote. Chromium holds
 * `form-action` against every redirect that follows a form, also those that the app answers, and so to addresses that nobody knows here:
 * the code would be delivered, and the person would stay on the form. Nothing else can change where a form goes: no script but ours runs, `base`
 * is refused, and what people and apps type is escaped.
 */
export function contentSecurityPolicy(leads: Leads): string {
  return [
    "default-src 'none'",
    `style-src ${STYLE_SOURCE}`,
    `script-src ${SCRIPT_SOURCE}`,
    "img-src 'self'",
    ...(leads === 'here' ? ["form-action 'self'"] : []),
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ');
}

export type Headers = readonly (readonly [name: string, value: string])[];

/**
 * The headers of every answer of pages and OpenID Connect (RFC 9700 §4.16, ASVS V3). What leads to apps has no
 * `Cross-Origin-Opener-Policy`: any but the default cuts a sign-in that an app has opened in a pop-up off from that app, for good.
 * @param secure whether the public URL is https.
 */
export function securityHeaders({ secure, leads }: { secure: boolean; leads: Leads }): Headers {
  const headers: [string, string][] = [
    ['Content-Security-Policy', contentSecurityPolicy(leads)],
    ['X-Frame-Options', 'DENY'],
    ['X-Content-Type-Options', 'nosniff'],
    ['Referrer-Policy', 'no-referrer'],
    ['Cache-Control', 'no-store'],
    ['Permissions-Policy', 'camera=(), geolocation=(), microphone=()'],
  ];
  if (leads === 'here') headers.push(['Cross-Origin-Opener-Policy', 'same-origin']);
  if (secure) headers.push(['Strict-Transport-Security', 'max-age=63072000; includeSubDomains']);
  return headers;
}

export function setHeaders(response: ServerResponse, headers: Headers): void {
  for (const [name, value] of headers) response.setHeader(name, value);
}
