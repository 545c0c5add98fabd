import type { IncomingMessage } from 'node:http';
import type Provider from 'oidc-provider';
import type { IdentityStore } from '../../identity/store/identity-store.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Random } from '../../kernel/random.ts';
import type { Sealer } from '../../keys/key-ring.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import type { FoldedEvents } from '../../sign-in/events/folded-events.ts';
import type { RequestFacts } from '../../sign-in/events/sign-in-events.ts';
import type { OidcProviderLibrary } from '../library/load-oidc-provider.ts';
import type { LibraryMiddleware } from '../library/middleware.ts';
import { type OpenRegistrationLimit, openRegistrationLimit } from './open-registration-limit.ts';
import { registrationEntry } from './registration-entry.ts';
import { listenToRegistrations, recordRegistration } from './registration-events.ts';
import { type RegistrationRecords, registrationRecords } from './registration-records.ts';
import type { RegistrationSettings } from './registration-settings.ts';

/** Everything about applications that register themselves, beside oidc-provider's own feature. */
export interface Registrations {
  readonly settings: RegistrationSettings;
  readonly records: RegistrationRecords;
  readonly limit: OpenRegistrationLimit;
  /** What comes before the routes. */
  readonly steps: readonly LibraryMiddleware[];
  listen(provider: Provider): void;
}

interface RegistrationsDependencies {
  readonly library: OidcProviderLibrary;
  readonly store: IdentityStore;
  readonly ephemeral: Pick<Ephemeral, 'increment'>;
  readonly sealer: Sealer;
  readonly clock: Clock;
  readonly random: Random;
  readonly settings: RegistrationSettings;
  readonly openAccount: () => Promise<string>;
  readonly folded: FoldedEvents;
  readonly factsOf: (request: IncomingMessage) => RequestFacts;
  readonly logError: (error: unknown, requestId: string) => void;
}

export function openRegistrations(deps: RegistrationsDependencies): Registrations {
  const { settings, random, factsOf } = deps;
  // Known to this process alone: a client cannot send it.
  const openToken = random.bytes(32).toString('base64url');
  const limit = openRegistrationLimit({ ...deps, clientAddress: (request) => factsOf(request).ip });
  return {
    settings,
    limit,
    records: registrationRecords({ ...deps, openToken, limit, record: recordRegistration(deps) }),
    steps:
      settings.mode === 'off'
        ? []
        : [registrationEntry({ openToken: settings.mode === 'open' ? openToken : undefined })],
    listen: (provider) => listenToRegistrations(provider, deps),
  };
}
