import { LoginRefused } from '../../federation/connectors/login-refused.ts';
import type { Clock } from '../../kernel/clock.ts';
import { hashedId } from '../../keys/hashed-id.ts';
import type { Sealer } from '../../keys/key-ring.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import { EPHEMERAL_KEYS } from '../../ports/ephemeral-keys.ts';
import type { ConnectorAttempt, ConnectorAttempts } from './connector-attempts.ts';
import { openHeldLimit } from './held-limit.ts';
import type { PostedStates } from './posted-states.ts';

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
   * Keeps an answer for a minute. Only for a sign-in that was begun here, which keeps one at most, and within the limits of `held-limit.ts`:
   * strangers cannot fill the store.
   * @returns the id under which it is taken.
   * @throws {LoginRefused}
   */
  hold(answer: PostedAnswer): Promise<string>;
  /** Takes out an answer and the attempt that it is for, once. */
  take(id: string): Promise<TakenAnswer>;
}

export interface TakenAnswer {
  /** The form, URL-encoded; `undefined` if none is held (any more). */
  readonly text: string | undefined;
  /** The attempt; `undefined` if none waits for an answer (any more). */
  readonly attempt: ConnectorAttempt | undefined;
}

interface HeldAnswersDependencies {
  readonly attempts: Pick<ConnectorAttempts, 'find' | 'take'>;
  readonly states: Pick<PostedStates, 'isGenuine'>;
  readonly ephemeral: Pick<Ephemeral, 'set' | 'take'>;
  readonly sealer: Sealer;
  readonly clock: Clock;
}

/** The refusal of an answer whose sign-in is over, or never began. */
export const nobodyWaits = (): LoginRefused => new LoginRefused('state', 'no sign-in is waiting for this answer');

const keyOf = (id: string): string => EPHEMERAL_KEYS.heldAnswer.of(hashedId(id));
const boundTo = (id: string): string => `held answer ${id}`;

export function openHeldAnswers(deps: HeldAnswersDependencies): HeldAnswers {
  const { attempts, states, ephemeral, sealer, clock } = deps;
  const mayHold = openHeldLimit(clock);
  return {
    async hold({ connector, state, text, ip }) {
      // Whether the sign-in still waits is checked when the answer is taken: a look-up here would be one more round trip.
      if (!states.isGenuine(state, connector)) await requireAttempt(attempts, state, connector);
      if (!mayHold(ip, text.length)) throw new LoginRefused('busy', 'too many posted answers are being held');
      // The state is known to this browser and to the provider alone. A form that is sent twice replaces the first one.
      const sealed = sealer.seal(Buffer.from(text), boundTo(state));
      await ephemeral.set(keyOf(state), sealed, EPHEMERAL_KEYS.heldAnswer.lifetime);
      return state;
    },
    async take(id) {
      const [sealed, attempt] = await Promise.all([ephemeral.take(keyOf(id)), attempts.take(id)]);
      return { text: sealed === undefined ? undefined : sealer.open(sealed, boundTo(id)).toString('utf8'), attempt };
    },
  };
}

/** Finds out why a state is not genuine, or finds the attempt of an earlier version, whose states show nothing. @throws {LoginRefused} */
async function requireAttempt(
  attempts: Pick<ConnectorAttempts, 'find'>,
  state: string,
  connector: string,
): Promise<void> {
  const attempt = await attempts.find(state);
  if (attempt === undefined) throw nobodyWaits();
  if (attempt.connector !== connector) {
    throw new LoginRefused('mix-up', `the sign-in began at ${attempt.connector}, not at ${connector}`);
  }
  if (attempt.answersByPost !== true) throw new LoginRefused('parameters', 'the answer came by POST');
}
