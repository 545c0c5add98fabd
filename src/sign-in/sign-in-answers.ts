import { hashedId } from '../keys/hashed-id.ts';
import type { Ephemeral } from '../ports/ephemeral.ts';
import { EPHEMERAL_KEYS } from '../ports/ephemeral-keys.ts';
import type { SignedIn } from './sign-in-step.ts';

/** A person's answer to a sign-in. */
export interface SignInAnswer {
  /** The purpose of the form that gave the answer. */
  readonly by: string;
  /** Who signed in, if it was the last form of a sign-in. */
  readonly signedIn?: SignedIn;
}

/** The answers with which protocols continue. Each sign-in has one: the first one given. */
export interface SignInAnswers {
  of(signIn: string): Promise<SignInAnswer | undefined>;
  /**
   * INVARIANT: of several forms of one sign-in, in whatever order they arrive, exactly one gives the answer. The others change nothing.
   * @returns whether this was the first answer.
   */
  give(signIn: string, answer: SignInAnswer): Promise<boolean>;
}

export const answerKey = (signIn: string): string => EPHEMERAL_KEYS.signInAnswer.of(hashedId(signIn));

export function openSignInAnswers(ephemeral: Ephemeral): SignInAnswers {
  return {
    async of(signIn) {
      const text = await ephemeral.get(answerKey(signIn));
      return text === undefined ? undefined : (JSON.parse(text) as SignInAnswer);
    },
    give: (signIn, answer) =>
      ephemeral.setIfAbsent(answerKey(signIn), JSON.stringify(answer), EPHEMERAL_KEYS.signInAnswer.lifetime),
  };
}
