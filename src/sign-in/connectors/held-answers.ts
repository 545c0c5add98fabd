import { LoginRefused } from '../../federation/connectors/login-refused.ts';
import type { Clock } from '../../kernel/clock.ts';
import { hashedId } from '../../keys/hashed-id.ts';
import type { Sealer } from '../../keys/key-ring.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import { EPHEMERAL_KEYS } from '../../ports/ephemeral-keys.ts';
import type { ConnectorAttempts } from './connector-attempts.ts';
import { openHeldLimit } from './held-limit.ts';

/** An answer as a browser posted it. */
export interface PostedAnswer {
  /** The connector that the address names. */
  readonly connector: string;
  /** The state of the sign-in, as the answer has it. */
  readonly state: string;
  /** The form, URL-encoded. */
  readonly text: string;
  /** The address from which it came. */
  readonly ip: string;
}

/**
 * Keeps the answers that providers have the browser post. The form comes from another site, so the browser sends none of its `SameSite=Lax`
 * cookies along; it is sent on to a GET, where it is recognised.
 */
export interface HeldAnswers {
  /**
   * Keeps an answer for a minute. Only for a sign-in that waits for one, which keeps one at most, and within the limits of `held-limit.ts`:
   * strangers cannot fill the store.
   * @returns the id under which it is taken.
   * @throws {LoginRefused}
   */
  hold(answer: PostedAnswer): Promise<string>;
  /** Takes an answer out, once. */
  take(id: string): Promise<string | undefined>;
}

interface HeldAnswersDependencies {
  readonly attempts: Pick<ConnectorAttempts, 'find'>;
  readonly ephemeral: Pick<Ephemeral, 'set' | 'take'>;
  readonly sealer: Sealer;
  readonly clock: Clock;
}

const keyOf = (id: string): string => EPHEMERAL_KEYS.heldAnswer.of(hashedId(id));
const boundTo = (id: string): string => `held answer ${id}`;

export function openHeldAnswers({ attempts, ephemeral, sealer, clock }: HeldAnswersDependencies): HeldAnswers {
  const mayHold = openHeldLimit(clock);
  return {
    async hold({ connector, state, text, ip }) {
      const attempt = await attempts.find(state);
      if (attempt === undefined) throw new LoginRefused('state', 'no sign-in is waiting for this answer');
      if (attempt.connector !== connector) {
        throw new LoginRefused('mix-up', `the sign-in began at ${attempt.connector}, not at ${connector}`);
      }
      if (attempt.answersByPost !== true) throw new LoginRefused('parameters', 'the answer came by POST');
      if (!mayHold(ip, text.length)) throw new LoginRefused('busy', 'too many posted answers are being held');
      // The state is known to this browser and to the provider alone. A form that is sent twice replaces the first one.
      const sealed = sealer.seal(Buffer.from(text), boundTo(state));
      await ephemeral.set(keyOf(state), sealed, EPHEMERAL_KEYS.heldAnswer.lifetime);
      return state;
    },
    async take(id) {
      const sealed = await ephemeral.take(keyOf(id));
      return sealed === undefined ? undefined : sealer.open(sealed, boundTo(id)).toString('utf8');
    },
  };
}
