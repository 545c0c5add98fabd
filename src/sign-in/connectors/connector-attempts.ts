import { hashedId } from '../../keys/hashed-id.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import { EPHEMERAL_KEYS } from '../../ports/ephemeral-keys.ts';
import type { AskedStrength, Linking } from '../sign-in-step.ts';

/** A browser on its way to a provider and back. Kept here under the `state` that it carries. */
export interface ConnectorAttempt {
  /** The sign-in that continues after it. */
  readonly signIn: string;
  /** The app that the person signs in to. */
  readonly appId: string;
  readonly connector: string;
  readonly connectorId: string;
  /** The browser that began, hashed. */
  readonly browser: string;
  /** What the connector wants to have back. */
  readonly kept: string;
  /** Whether the provider has the browser post its answer. Absent: the answer comes in the URL. */
  readonly answersByPost?: boolean;
  /** The strength that the app asks for, so that it need not be looked up; `null`: none. Absent: begun by an earlier version. */
  readonly asked?: AskedStrength | null;
  /** Set if the login is not for a sign-in, but is to be linked to a user who is signed in. */
  readonly linking?: Linking;
}

/** For one sign-in; more would only fill the store. */
const MOST_ATTEMPTS = 20;

export interface ConnectorAttempts {
  /** Keeps an attempt under its state. @returns whether this sign-in may begin another one. */
  keep(state: string, attempt: ConnectorAttempt): Promise<boolean>;
  /** Looks at an attempt, which stays. */
  find(state: string): Promise<ConnectorAttempt | undefined>;
  /** Takes an attempt out: each is good for one answer. */
  take(state: string): Promise<ConnectorAttempt | undefined>;
}

const read = (text: string | undefined): ConnectorAttempt | undefined =>
  text === undefined ? undefined : (JSON.parse(text) as ConnectorAttempt);
const keyOf = (state: string): string => EPHEMERAL_KEYS.connectorAttempt.of(hashedId(state));

export function openConnectorAttempts(ephemeral: Ephemeral): ConnectorAttempts {
  const { connectorAttempt, connectorAttempts } = EPHEMERAL_KEYS;
  return {
    async keep(state, attempt) {
      const counter = connectorAttempts.of(hashedId(attempt.signIn));
      if ((await ephemeral.increment(counter, 1, connectorAttempts.lifetime)) > MOST_ATTEMPTS) return false;
      await ephemeral.set(keyOf(state), JSON.stringify(attempt), connectorAttempt.lifetime);
      return true;
    },
    find: async (state) => read(await ephemeral.get(keyOf(state))),
    take: async (state) => read(await ephemeral.take(keyOf(state))),
  };
}
