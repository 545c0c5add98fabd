import { parse } from 'tldts';
import { isAddress } from './passkey-settings.ts';

/** Where browsers look for the origins that may use the passkeys of an RP ID (WebAuthn Level 3 §5.11). */
export const RELATED_ORIGINS_PATH = '/.well-known/webauthn';
/** How many labels browsers must read, and how many Chromium, Safari and Firefox do read (§5.11.1, step 4). */
const MAX_LABELS = 5;
/** The document at {@link RELATED_ORIGINS_PATH}. */
export function relatedOriginsFile(origins: readonly string[]): string {
  return JSON.stringify({ origins });
}

/** Why an origin cannot be listed; `undefined` if it can. */
export function relatedOriginFault(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.protocol !== 'https:')
    return 'must be an https origin such as https://login.example.com: browsers use passkeys of another domain on no others';
  if (url.origin !== text)
    return `must be only an origin, in the form that browsers send: ${url.origin}, without path, slash, user or default port`;
  if (isAddress(url.hostname) || labelOf(url.hostname) === undefined)
    return 'must have a registered domain such as example.com: browsers skip IP addresses, single names and suffixes such as co.uk';
  return undefined;
}

/** Why browsers would ignore part of a list of valid origins; `undefined` if they read all of it. */
export function relatedOriginsFault(origins: readonly string[]): string | undefined {
  const labels = [...new Set(origins.map((origin) => labelOf(new URL(origin).hostname)))];
  if (labels.length <= MAX_LABELS) return undefined;
  return `must have at most ${MAX_LABELS} different names of domains, because browsers ignore the others: there are ${labels.length} (${labels.join(', ')}). example.com, www.example.com and example.co.uk count as one, example`;
}

/**
 * The label before the public suffix (§5.11.1, "registrable origin label"): `example` of `login.example.co.uk`. As in browsers, suffixes of
 * hosting companies count, so `me.github.io` has the label `me`.
 */
const labelOf = (host: string): string | undefined =>
  parse(host, { allowPrivateDomains: true }).domainWithoutSuffix || undefined;
