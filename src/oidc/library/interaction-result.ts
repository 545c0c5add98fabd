import type { InteractionResults } from 'oidc-provider';
import type { SignInAnswer } from '../../sign-in/sign-in-answers.ts';
import type { SignedIn } from '../../sign-in/sign-in-step.ts';

/** The parts of an interaction that determine the meaning of an answer. */
export interface AnsweredInteraction {
  readonly prompt: { readonly name: string };
  /** The result of the previous interaction in the same authorization request. */
  readonly lastSubmission?: InteractionResults | undefined;
}

/** A sign-in in oidc-provider's form. The session contains the person's login generation and origin (`library/login-stamps.ts`). */
function loginResult({ subject, amr, at, generation, origin }: SignedIn): InteractionResults {
  const login = { accountId: subject, amr: [...amr], ts: at, remember: false };
  return { login: { ...login, loginGeneration: generation, ...(origin && { loginOrigin: origin }) } };
}

function answered({ prompt }: AnsweredInteraction, { by, signedIn }: SignInAnswer): InteractionResults | undefined {
  // Signing in also chooses an account.
  const chosen = prompt.name === 'select_account' && { select_account: {} };
  if (signedIn !== undefined && prompt.name !== 'consent') return { ...chosen, ...loginResult(signedIn) };
  if (by === 'keep-account' && chosen) return chosen;
  return by === 'consent' && prompt.name === 'consent' ? { consent: {} } : undefined;
}

/** What the app is told by prompts that the person can only leave. */
const REFUSALS: ReadonlyMap<string, InteractionResults> = new Map([
  ['not_assigned', { error: 'access_denied', error_description: 'the app is not assigned to the user' }],
  [
    'unmet',
    {
      error: 'unmet_authentication_requirements',
      error_description: 'the user did not sign in as strongly as the app requires',
    },
  ],
]);

/**
 * The result of an interaction, in oidc-provider's form. Consent cannot be given when a sign-in is required, or the other way round: then
 * this returns `undefined`, and the person is asked again.
 */
export function resultOf(interaction: AnsweredInteraction, answer: SignInAnswer): InteractionResults | undefined {
  // Return to the app, whatever the interaction was about.
  if (answer.by === 'cancel') {
    return REFUSALS.get(interaction.prompt.name) ?? { error: 'access_denied', error_description: 'the user declined' };
  }
  const result = answered(interaction, answer);
  if (result?.login === undefined) return result && { ...interaction.lastSubmission, ...result };
  // Another person may have signed in after the consent, who was not asked.
  const { consent: _former, ...kept } = interaction.lastSubmission ?? {};
  return { ...kept, ...result };
}
