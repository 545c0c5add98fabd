import { hashedId } from '../../keys/hashed-id.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import { EPHEMERAL_KEYS as KEYS } from '../../ports/ephemeral-keys.ts';

/** A browser of a person. */
export interface Browser {
  readonly subject: string;
  /** The id that the browser keeps. */
  readonly device: string;
}

interface Mark {
  /** When the browser was first used, or when it was confirmed; ms since the epoch. */
  readonly at: number;
  readonly isConfirmed: boolean;
}

/**
 * How long ago a person must have first signed in with a browser for it to count as their own, in ms. Until then the notice of the new
 * device, and its "this wasn't me", can still be answered.
 */
const FAMILIAR = KEYS.noticeLink.lifetime;

const keyOf = ({ subject, device }: Browser): string => KEYS.ownBrowser.of(hashedId(subject), hashedId(device));
const doubtKey = (subject: string): string => KEYS.browsersDoubted.of(hashedId(subject));

/** Remembers the first sign-in that a person completes in a browser. Later ones change nothing. */
export async function rememberFirstUse(ephemeral: Ephemeral, browser: Browser, at: number): Promise<void> {
  const mark: Mark = { at, isConfirmed: false };
  await ephemeral.setIfAbsent(keyOf(browser), JSON.stringify(mark), KEYS.ownBrowser.lifetime);
}

/** Makes a browser the person's own, because they have just proved in it that a mailbox is theirs. */
export async function confirmBrowser(ephemeral: Pick<Ephemeral, 'set'>, browser: Browser, at: number): Promise<void> {
  const mark: Mark = { at, isConfirmed: true };
  await ephemeral.set(keyOf(browser), JSON.stringify(mark), KEYS.ownBrowser.lifetime);
}

/** No browser so far counts as the person's own any more: a thief may have used one of them for days. */
export async function doubtBrowsers(ephemeral: Pick<Ephemeral, 'set'>, subject: string, at: number): Promise<void> {
  await ephemeral.set(doubtKey(subject), String(at), KEYS.browsersDoubted.lifetime);
}

/**
 * Whether a browser is the person's own: confirmed by a mailed code or link, or in use for three days. One completed sign-in is not enough,
 * because a thief who knows the password completes one, too.
 */
export async function isOwnBrowser(ephemeral: Pick<Ephemeral, 'get'>, browser: Browser, now: number): Promise<boolean> {
  const [text, doubted] = await Promise.all([ephemeral.get(keyOf(browser)), ephemeral.get(doubtKey(browser.subject))]);
  if (text === undefined) return false;
  const { at, isConfirmed } = JSON.parse(text) as Mark;
  if (doubted !== undefined && at <= Number(doubted)) return false;
  return isConfirmed || now - at >= FAMILIAR;
}
