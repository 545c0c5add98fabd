import type { InteractionResults } from 'oidc-provider';
import type { SignInAnswer } from '../../sign-in/sign-in-answers.ts';
import type { SignedIn } from '../../sign-in/sign-in-step.ts';

/** What of an interaction decides what an answer means. */
export interface AnsweredInteraction {
  readonly prompt: { readonly name: string };
  /** The result of the interaction before it in the same authorization request. */
  readonly lastSubmission?: InteractionResults | undefined;
}

/** A sign-in as oidc-provider takes it; the session bears the person's generation of logins (`library/login-stamps.ts`). */
function loginResult({ subject, amr, at, generation }: SignedIn): InteractionResults {
  const login = { accountId: subject, amr: [...amr], ts: at, remember: false };
  return { login: { ...login, loginGeneration: generation } };
}

function answered({ prompt }: AnsweredInteraction, { by, signedIn }: SignInAnswer): InteractionResults | undefined {
  // Whoever signs in has chosen an account by that.
  const chosen = prompt.name === 'select_account' && { select_account: {} };
  if (signedIn !== undefined && prompt.name !== 'consent') return { ...chosen, ...loginResult(signedIn) };
  if (by === 'keep-account' && chosen) return chosen;
  return by === 'consent' && prompt.name === 'consent' ? { consent: {} } : undefined;
}

/**
 * The result of an interaction, as oidc-provider takes it. Consent cannot be given where a sign-in is asked for, nor the other way round:
 * `undefined`, so the person is asked again.
 */
export function resultOf(interaction: AnsweredInteraction, answer: SignInAnswer): InteractionResults | undefined {
  // Back to the app, whatever the interaction was about.
  if (answer.by === 'cancel') return { error: 'access_denied', error_description: 'the user declined' };
  const result = answered(interaction, answer);
  return result && { ...interaction.lastSubmission, ...result };
}
