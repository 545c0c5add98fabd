import { timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../kernel/clock.ts';
import { hmacSha256 } from '../../kernel/hmac.ts';
import type { Random } from '../../kernel/random.ts';
import { EPHEMERAL_KEYS } from '../../ports/ephemeral-keys.ts';

/**
 * The `state` of sign-ins whose answer is posted. It shows by itself that this server made it, so that an answer can be held without
 * looking the sign-in up first, and yet nothing is held for strangers.
 */
export interface PostedStates {
  make(connector: string): string;
  /** Whether a state was made here for this connector, and is not too old. If not, it may still be one of another kind: look it up. */
  isGenuine(state: string, connector: string): boolean;
}

interface PostedStatesDependencies {
  /** 32 bytes, the same in every process. */
  readonly secret: Uint8Array;
  readonly clock: Clock;
  readonly random: Random;
}

/** Too many to be guessed, like those of any other state. */
const RANDOM_BYTES = 24;
const TIME_BYTES = 6;
const MAC_BYTES = 16;
/** In base64url 62 characters: a RelayState has at most 80 bytes (SAML V2.0 Bindings §3.4.3), and providers refuse or truncate longer ones. */
const BYTES = RANDOM_BYTES + TIME_BYTES + MAC_BYTES;

export function openPostedStates({ secret, clock, random }: PostedStatesDependencies): PostedStates {
  const { digest } = hmacSha256(secret);
  /** Names of connectors are unique, and the rest has a fixed length: no two pairs give the same text. */
  const macOf = (content: Buffer, connector: string): Buffer =>
    Buffer.from(digest(`${content.toString('base64url')}.${connector}`, 'base64url'), 'base64url').subarray(
      0,
      MAC_BYTES,
    );
  return {
    make(connector) {
      const content = Buffer.concat([random.bytes(RANDOM_BYTES), Buffer.alloc(TIME_BYTES)]);
      content.writeUIntBE(clock.now() + EPHEMERAL_KEYS.connectorAttempt.lifetime, RANDOM_BYTES, TIME_BYTES);
      return Buffer.concat([content, macOf(content, connector)]).toString('base64url');
    },
    isGenuine(state, connector) {
      const bytes = Buffer.from(state, 'base64url');
      // Decoding skips what is not base64url: without this check, one genuine state could be spelled in any number of ways.
      if (bytes.length !== BYTES || bytes.toString('base64url') !== state) return false;
      const content = bytes.subarray(0, -MAC_BYTES);
      if (!timingSafeEqual(macOf(content, connector), bytes.subarray(-MAC_BYTES))) return false;
      return clock.now() < content.readUIntBE(RANDOM_BYTES, TIME_BYTES);
    },
  };
}
