import type { IncomingMessage } from 'node:http';
import { DEFAULT_LANGUAGE } from '../../http/messages/languages.ts';
import { say } from '../../http/messages/say.ts';
import type { People, Person } from '../../identity/credentials/people.ts';
import type { RecordSignInEvent, RequestFacts } from '../../sign-in/events/sign-in-events.ts';
import type { PageShown, SignInDependencies } from '../../sign-in/sign-in-step.ts';
import { labelIn } from '../authorization-details/labels.ts';
import type { ShownDetail } from '../authorization-details/shown-detail.ts';
import { CLAIMS } from '../features/claims.ts';
import type { GrantConsent } from '../features/interactions.ts';
import { isOfDevice } from '../library/interaction-cookie.ts';
import { extendGrant } from '../library/records/extend-grant.ts';
import { isOfDocument } from '../library/requests/document-clients.ts';
import { registrationOf } from '../registration/registration-settings.ts';
import { consentPage } from './consent-page.ts';
import type { InteractionCall } from './interaction-call.ts';

/** The parts of a request that are not granted yet. */
interface Missing {
  readonly missingOIDCScope?: readonly string[];
  readonly missingOIDCClaims?: readonly string[];
  readonly missingResourceScopes?: Readonly<Record<string, readonly string[]>>;
  /** The authorization details, which are always asked for. */
  readonly details?: readonly ShownDetail[];
}

/** Asks for what is not granted yet. Native apps are also asked again for what was granted before (RFC 8252 §8.6). */
export async function showConsent({ signIn }: SignInDependencies, call: InteractionCall): Promise<PageShown> {
  const { interaction, client, target } = call;
  const { params, prompt, session } = interaction;
  const person: Person | undefined = await signIn.people.bySubject(session?.accountId ?? '');
  const missing = prompt.details as Missing;
  const asked = String(params['scope'] ?? '').split(' ');
  return {
    title: say('consent.title'),
    status: 200,
    accountId: person?.accountId,
    show: consentPage({
      target,
      clientName: call.app.name ?? client.clientId,
      clientId: client.clientId,
      clientUri: client.clientUri,
      policyUri: client['policyUri'] as string | undefined,
      termsUri: client['tosUri'] as string | undefined,
      isSelfRegistered: registrationOf(client)?.via === 'open',
      vouchingHost: isOfDocument(client) ? new URL(client.clientId).host : undefined,
      redirectTo: isOfDevice(interaction) ? undefined : String(params['redirect_uri'] ?? ''),
      scopes: withClaims(missing.missingOIDCScope ?? asked, missing.missingOIDCClaims ?? []),
      resourceScopes: missing.missingResourceScopes ?? {},
      details: missing.details ?? [],
      personName: person?.name ?? '',
      accountName: person?.accountAlias ?? person?.accountId ?? '',
    }),
  };
}

/** The scopes to show: those asked for, and those that would give the single claims asked for. */
function withClaims(scopes: readonly string[], claims: readonly string[]): readonly string[] {
  const ofClaims = Object.entries(CLAIMS).filter(([, given]) => given.some((claim) => claims.includes(claim)));
  return [...new Set([...scopes, ...ofClaims.map(([scope]) => scope)])];
}

export interface ConsentDependencies {
  readonly people: People;
  readonly recordEvent: RecordSignInEvent;
  readonly factsOf: (request: IncomingMessage) => RequestFacts;
}

/**
 * Grants what was requested and shown. Only the request that has taken the interaction gets here, so submitting a consent twice creates
 * one grant.
 */
export function grantConsent({ people, recordEvent, factsOf }: ConsentDependencies): GrantConsent {
  return async (ctx) => {
    const { client, provider, session, result, entities } = ctx.oidc;
    const { Interaction: interaction } = entities;
    const accountId = session?.accountId;
    if (client === undefined || accountId === undefined || result?.consent === undefined) return undefined;
    // The person signed in now must be the one who was asked.
    if (interaction?.prompt.name !== 'consent' || interaction.session?.accountId !== accountId) return undefined;
    const { grantId, prompt, params } = interaction;
    const known = grantId === undefined ? undefined : await provider.Grant.find(grantId);
    const { missingOIDCScope, missingOIDCClaims, missingResourceScopes, details } = prompt.details as Missing;
    await recordEvent({
      name: 'Consent',
      outcome: 'allowed',
      source: factsOf(ctx.req),
      person: await people.bySubject(accountId),
      clientId: client.clientId,
      method: 'session',
      request: {
        scope: params['scope'],
        ...(details && { details: details.map(({ label }) => labelIn(label, DEFAULT_LANGUAGE)) }),
      },
    });
    return await extendGrant(provider, {
      known,
      accountId,
      clientId: client.clientId,
      add(grant) {
        if (missingOIDCScope) grant.addOIDCScope([...missingOIDCScope].join(' '));
        if (missingOIDCClaims) grant.addOIDCClaims([...missingOIDCClaims]);
        for (const [resource, scopes] of Object.entries(missingResourceScopes ?? {})) {
          grant.addResourceScope(resource, scopes.join(' '));
        }
      },
    });
  };
}
