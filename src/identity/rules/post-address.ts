import * as z from 'zod';

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Where browsers are sent with a form or a link: https, or http on this machine for development. Returns what is wrong with it. */
export function postAddressProblem(url: string): string | undefined {
  if (url.includes('*')) return 'must be a whole address: wildcards are not supported, so list each address';
  if (url.length > 2048 || !URL.canParse(url) || /[\s\p{Cc}]/u.test(url))
    return 'must be an absolute address, such as https://app.example.com/saml/acs';
  if (url.includes('#')) return 'must not have a fragment (#…)';
  const { protocol, hostname, username, password } = new URL(url);
  if (username !== '' || password !== '') return 'must not hold a user name or a password';
  if (protocol === 'https:' || (protocol === 'http:' && LOOPBACK.has(hostname))) return undefined;
  return 'must begin with https:// (http:// is for localhost only)';
}

/** A URL that assertions and logout messages may be sent to. */
export function postAddress() {
  return z.string('must be a text').superRefine((url, context) => {
    const message = postAddressProblem(url);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  });
}
