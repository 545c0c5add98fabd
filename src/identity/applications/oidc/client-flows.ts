/** The grant type by which a device without a browser gets tokens (RFC 8628 §3.4). */
export const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';
/** The grant type by which a client gets the tokens that a person allowed elsewhere (OpenID Connect CIBA Core 1.0 §4). */
export const CIBA_GRANT = 'urn:openid:params:grant-type:ciba';
/** How such a client learns of the answer (§5). The third one, `push`, is not offered. */
export const DELIVERY_MODES = ['poll', 'ping'] as const;

/** The response types of the code flow, and of the implicit and hybrid flows without an access token in the browser (OpenID Connect Core 1.0 §3). */
export const RESPONSE_TYPES = ['code', 'id_token', 'code id_token'] as const;
/** Those that put an access token into the browser, for which the server needs a setting of its own (RFC 9700 §2.1.2). */
export const TOKEN_RESPONSE_TYPES = ['code token', 'id_token token', 'code id_token token'] as const;

/** OAuth 2.0 Multiple Response Type Encoding Practices §2.1, Form Post Response Mode §2, JARM §2.3. */
export const RESPONSE_MODES = [
  'query',
  'fragment',
  'form_post',
  'jwt',
  'query.jwt',
  'fragment.jwt',
  'form_post.jwt',
] as const;

/** A response type with its words in the order of the lists above, which is what oidc-provider compares. */
export function ordered(responseType: string): string {
  return [...new Set(responseType.split(' '))].sort().join(' ');
}

/** Whether a client signs people in by a browser, rather than being a machine or a device. */
export function signsPeopleIn({ grant_types: grants }: Readonly<Record<string, unknown>>): boolean {
  return !Array.isArray(grants) || grants.includes('authorization_code') || grants.includes('implicit');
}
