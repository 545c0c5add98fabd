import type Provider from 'oidc-provider';
import type { Client, InteractionResults } from 'oidc-provider';
import type { Form } from '../../http/read-form.ts';
import type { PageShown, SignedIn, SignInCall, SignInDependencies } from '../../sign-in/sign-in-step.ts';

/** oidc-provider's record of what it asks the person for. */
export type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>;

/** One request to one interaction; for a sign-in it is known by the interaction's uid. */
export interface InteractionCall extends SignInCall {
  readonly provider: Provider;
  readonly interaction: Interaction;
  readonly client: Client;
}

/** What comes of a form: a page to show, the next page of this interaction, or the end of it. */
export type StepOutcome = PageShown | { readonly next: true } | { readonly finish: InteractionResults };

/** What is done with a form of an interaction. */
export type Step = (deps: SignInDependencies, call: InteractionCall, form: Form) => Promise<StepOutcome>;

/** A sign-in as oidc-provider takes it; the session bears the person's generation of logins (`library/login-stamps.ts`). */
export function loginResult({ subject, amr, at, generation }: SignedIn): InteractionResults {
  const login = { accountId: subject, amr: [...amr], ts: at, remember: false };
  return { login: { ...login, loginGeneration: generation } };
}
