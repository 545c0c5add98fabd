import { hashedId } from '../keys/hashed-id.ts';
import type { Ephemeral } from '../ports/ephemeral.ts';
import type { SignedIn } from './sign-in-step.ts';

/** How a person answered what a sign-in asked. */
export interface SignInAnswer {
  /** The form that gave the answer, by what it is for. */
  readonly by: string;
  /** Who signed in, if the form was the last one of a sign-in. */
  readonly signedIn?: SignedIn;
}

/** The answers that protocols continue with. Each sign-in has one: the first that is given. */
export interface SignInAnswers {
  of(signIn: string): Promise<SignInAnswer | undefined>;
  /**
   * INVARIANT: of several forms of one sign-in, in whatever order they arrive, exactly one gives the answer. The others change nothing.
   * @returns whether this was the first answer.
   */
  give(signIn: string, answer: SignInAnswer): Promise<boolean>;
}

/** Ms within which the browser must continue. */
const LIFETIME = 10 * 60_000;

export const answerKey = (signIn: string): string => `oidc/sign-in-answer/${hashedId(signIn)}`;

export function openSignInAnswers(ephemeral: Ephemeral): SignInAnswers {
  return {
    async of(signIn) {
      const text = await ephemeral.get(answerKey(signIn));
      return text === undefined ? undefined : (JSON.parse(text) as SignInAnswer);
    },
    give: (signIn, answer) => ephemeral.setIfAbsent(answerKey(signIn), JSON.stringify(answer), LIFETIME),
  };
}
