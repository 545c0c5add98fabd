import type { IncomingMessage } from 'node:http';
import type Provider from 'oidc-provider';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { isUseNews, storeUse } from '../../identity/applications/registration/registered-applications.ts';
import type { IdentityStore } from '../../identity/store/identity-store.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { FoldedEvents } from '../../sign-in/events/folded-events.ts';
import type { RequestFacts } from '../../sign-in/events/sign-in-events.ts';
import type { RecordRegistration } from './registration-records.ts';
import { registrationOf } from './registration-settings.ts';

interface EventDependencies {
  readonly folded: Pick<FoldedEvents, 'record'>;
  readonly factsOf: (request: IncomingMessage) => RequestFacts;
}

/** Audits what a registration changed, before it is acknowledged. */
export function recordRegistration({ folded, factsOf }: EventDependencies): RecordRegistration {
  return async (ctx, { name, application, tokenId }) => {
    const { accountId, applicationId, displayName, settings, registration } = application;
    const uris = settings.protocol === 'OIDC' ? (settings.metadata['redirect_uris'] as readonly string[]) : [];
    const id = tokenId ?? registration?.tokenId;
    await folded.record({
      name,
      outcome: 'allowed',
      source: factsOf(ctx.req),
      accountId,
      clientId: applicationId,
      method: methodOf(name, registration?.via === 'open'),
      request: {
        clientName: displayName,
        redirectUris: uris.join(' '),
        ...(id !== undefined && { initialAccessToken: id }),
      },
    });
  };
}

function methodOf(name: Parameters<RecordRegistration>[1]['name'], isOpen: boolean): string {
  if (name !== 'RegisterClient') return 'registration-access-token';
  return isOpen ? 'open' : 'initial-access-token';
}

interface ListenerDependencies extends EventDependencies {
  readonly store: Pick<IdentityStore, 'registeredApplications'>;
  readonly clock: Clock;
  readonly logError: (error: unknown, requestId: string) => void;
}

/** Audits refused registrations, and notes when clients that registered themselves are used. */
export function listenToRegistrations(provider: Provider, deps: ListenerDependencies): void {
  const { folded, factsOf, store, clock, logError } = deps;
  const refused = (name: string) => (ctx: KoaContextWithOIDC, error: Error) => {
    const recorded = folded.record({
      name,
      outcome: 'refused',
      source: factsOf(ctx.req),
      clientId: ctx.oidc.client?.clientId,
      method: 'client',
      errorCode: error.message,
    });
    recorded.catch((failure: unknown) => logError(failure, factsOf(ctx.req).requestId));
  };
  provider.on('registration_create.error', refused('RegisterClient'));
  provider.on('registration_update.error', refused('UpdateClientRegistration'));
  provider.on('registration_delete.error', refused('DeleteClientRegistration'));
  provider.on('grant.success', (ctx) => {
    const { client } = ctx.oidc;
    const registration = registrationOf(client);
    if (client === undefined || registration === undefined || !isUseNews(registration, clock.now())) return;
    storeUse(store, client.clientId, clock.now()).catch((error: unknown) =>
      logError(error, factsOf(ctx.req).requestId),
    );
  });
}
