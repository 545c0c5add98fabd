import type { OutboundFetch } from '../../http/outbound-fetch.ts';
import type { BreachList } from '../../identity/passwords/breached-passwords.ts';

/** How many digits of a hash leave this server (k-anonymity): each prefix stands for about a thousand breached passwords. */
const PREFIX_DIGITS = 5;
/** The rest of a hash, and in how many breaches it was found. Padding has 0. */
const LINE = /^([0-9A-F]{35}):(\d+)$/i;

/**
 * A server that speaks the range API of Pwned Passwords: it gets the first five digits of a hash, and answers with the rest of every hash
 * that begins so. It is asked for padding, so that the size of the answer does not tell which range it was, even over TLS.
 * @param endpoint ends with a slash.
 */
export function breachEndpoint(endpoint: string, fetch: OutboundFetch): BreachList {
  return async (sha1) => {
    const url = new URL(sha1.slice(0, PREFIX_DIGITS), endpoint);
    const response = await fetch(url, { headers: { 'add-padding': 'true', 'user-agent': 'rolecall' } });
    if (response.status !== 200) throw new Error(`the breach list answered with status ${response.status}`);
    const rest = sha1.slice(PREFIX_DIGITS);
    let isListed = false;
    const lines = (await response.text()).trim().split(/\r?\n/);
    for (const line of lines) {
      const match = LINE.exec(line);
      // A page of a proxy, for example: that says nothing of the password.
      if (match === null) throw new Error('the answer of the breach list is not a range of hashes');
      if (match[1]?.toUpperCase() === rest && Number(match[2]) > 0) isListed = true;
    }
    return isListed;
  };
}
