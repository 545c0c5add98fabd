import type Provider from 'oidc-provider';
import type { Client } from 'oidc-provider';
import type { SignInCall } from '../../sign-in/sign-in-step.ts';

/** oidc-provider's record of an interaction with the person. */
export type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>;

/** One request to one interaction. For the sign-in, it is identified by the interaction's uid. */
export interface InteractionCall extends SignInCall {
  readonly provider: Provider;
  readonly interaction: Interaction;
  readonly client: Client;
}
