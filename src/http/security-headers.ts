import type { ServerResponse } from 'node:http';
import { PASSKEY_SOURCE } from './passkey-form.ts';
import { SHOW_PASSWORDS_SOURCE } from './password-field.ts';
import { STYLE_SOURCE } from './style.ts';

/**
 * Where the responses of an endpoint lead. `here`: its pages stay on this origin, for users who are already here.
 * `apps`: it is part of a sign-in or sign-out that an app started, and leads back to that app.
 */
export type Leads = 'here' | 'apps';

/**
 * The content security policy of a page. Only the icon may be loaded, and the page may not be framed; its own style and script are
 * allowed by their hashes: by default the scripts of `password-field.ts` and `passkey-form.ts`. oidc-provider adds the hash of its self-submitting form to `script-src`.
 *
 * INVARIANT: pages that lead to apps have no `form-action`, and each of their forms has an `action` written by the server. Chromium
 * applies `form-action` to every redirect after a form submission, including the app's own redirects to addresses unknown to this
 * server: the code would be delivered, but the user would be stuck on the form. Nothing else can change a form's target: only our
 * scripts run, `base` is forbidden, and input from users and apps is escaped.
 */
export function contentSecurityPolicy(leads: Leads, script = `${SHOW_PASSWORDS_SOURCE} ${PASSKEY_SOURCE}`): string {
  return [
    "default-src 'none'",
    `style-src ${STYLE_SOURCE}`,
    `script-src ${script}`,
    "img-src 'self'",
    ...(leads === 'here' ? ["form-action 'self'"] : []),
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ');
}

export type Headers = readonly (readonly [name: string, value: string])[];

/**
 * The headers of every response of pages and OpenID Connect (RFC 9700 §4.16, ASVS V3). Responses that lead to apps have no
 * `Cross-Origin-Opener-Policy`: any value but the default permanently cuts off a sign-in in a pop-up from the app that opened it.
 * @param secure Whether the public URL is https.
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
