import type { Person } from '../../identity/credentials/people.ts';
import type { PageShown, SignInDependencies } from '../../sign-in/sign-in-step.ts';
import { consentPage } from './consent-page.ts';
import type { InteractionCall, Step } from './interaction-step.ts';

/** What an interaction says is not granted yet. */
interface Missing {
  readonly missingOIDCScope?: readonly string[];
  readonly missingOIDCClaims?: readonly string[];
  readonly missingResourceScopes?: Readonly<Record<string, readonly string[]>>;
}

/** Asks for what is not granted yet; for a native app also for what was granted before (RFC 8252 §8.6). */
export async function showConsent({ signIn }: SignInDependencies, call: InteractionCall): Promise<PageShown> {
  const { interaction, client, target } = call;
  const { params, prompt, session } = interaction;
  const person: Person | undefined = await signIn.people.bySubject(session?.accountId ?? '');
  const missing = prompt.details as Missing;
  const asked = String(params['scope'] ?? '').split(' ');
  return {
    title: 'Allow access',
    status: 200,
    show: consentPage({
      target,
      clientName: call.app.name ?? client.clientId,
      clientId: client.clientId,
      clientUri: client.clientUri,
      redirectTo: String(params['redirect_uri'] ?? ''),
      scopes: missing.missingOIDCScope ?? asked,
      resourceScopes: missing.missingResourceScopes ?? {},
      personName: person?.name ?? '',
      accountName: person?.accountAlias ?? person?.accountId ?? '',
    }),
  };
}

/** Grants what was asked for and shown. */
export const consentStep: Step = async ({ signIn, recordEvent }, { provider, interaction, client, source }) => {
  const { grantId, prompt, session, params } = interaction;
  const accountId = session?.accountId;
  if (accountId === undefined || prompt.name !== 'consent') return { next: true };
  const known = grantId === undefined ? undefined : await provider.Grant.find(grantId);
  const grant = known ?? new provider.Grant({ accountId, clientId: client.clientId });
  const { missingOIDCScope, missingOIDCClaims, missingResourceScopes } = prompt.details as Missing;
  if (missingOIDCScope) grant.addOIDCScope([...missingOIDCScope].join(' '));
  if (missingOIDCClaims) grant.addOIDCClaims([...missingOIDCClaims]);
  for (const [resource, scopes] of Object.entries(missingResourceScopes ?? {})) {
    grant.addResourceScope(resource, scopes.join(' '));
  }
  await recordEvent({
    name: 'Consent',
    outcome: 'allowed',
    source,
    person: await signIn.people.bySubject(accountId),
    clientId: client.clientId,
    method: 'session',
    request: { scope: params['scope'] },
  });
  return { finish: { consent: { grantId: await grant.save() } } };
};

/** Goes back to the app with `access_denied`, whatever the interaction was about. */
export const cancelStep: Step = async ({ pending }, { interaction }) => {
  await pending.forget(interaction.uid);
  return { finish: { error: 'access_denied', error_description: 'the user declined' } };
};
