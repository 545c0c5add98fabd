import type { Clock } from '../../kernel/clock.ts';
import { hashedId } from '../../keys/hashed-id.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import { EPHEMERAL_KEYS } from '../../ports/ephemeral-keys.ts';

/** Seconds between two polls of a device (RFC 8628 §3.2). */
export const POLL_INTERVAL = 5;
/** What the network may take away between two polls, in ms. */
const JITTER_MS = 1500;

/** Tells clients that poll too fast (RFC 8628 §3.5, OpenID Connect CIBA Core 1.0 §11). */
export interface Polls {
  /** Notes a poll of a sign-in that is not answered yet. Returns whether it came too soon after the one before. */
  isTooFast(code: string): Promise<boolean>;
}

interface PollKey {
  readonly lifetime: number;
  of(code: string): string;
}

/**
 * Each poll is compared with the one before. The interval stays the same here, although a device that is told to slow down adds five
 * seconds: a delayed answer must not keep an honest device from its sign-in.
 */
export function openPolls(
  { ephemeral, clock }: { readonly ephemeral: Ephemeral; readonly clock: Clock },
  { of, lifetime }: PollKey = EPHEMERAL_KEYS.devicePoll,
): Polls {
  return {
    async isTooFast(code) {
      const key = of(hashedId(code));
      const [now, before] = [clock.now(), await ephemeral.get(key)];
      await ephemeral.set(key, String(now), lifetime);
      return before !== undefined && now - Number(before) < POLL_INTERVAL * 1000 - JITTER_MS;
    },
  };
}
