import type { IncomingMessage } from 'node:http';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { networksOf } from '../../identity/attempts/networks.ts';
import type { IdentityStore } from '../../identity/store/identity-store.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import { EPHEMERAL_KEYS } from '../../ports/ephemeral-keys.ts';
import type { OidcProviderLibrary } from '../library/load-oidc-provider.ts';
import type { RegistrationSettings } from './registration-settings.ts';

const HOUR = 3_600_000;
/** Multiples of the limit for the networks of an address, narrowest first: one party may own an entire IPv6 /48, or more. */
const TIMES: readonly number[] = [1, 3, 30];

/** Limits open registration. */
export interface OpenRegistrationLimit {
  /**
   * Counts a registration or a change of one, once per request. @throws if the network of the request has made too many, or if there are too
   * many registrations already.
   */
  take(ctx: KoaContextWithOIDC): Promise<void>;
}

interface LimitDependencies {
  readonly library: OidcProviderLibrary;
  readonly ephemeral: Pick<Ephemeral, 'increment'>;
  readonly store: Pick<IdentityStore, 'registeredApplications'>;
  readonly clientAddress: (request: IncomingMessage) => string;
  readonly settings: RegistrationSettings;
}

export function openRegistrationLimit(deps: LimitDependencies): OpenRegistrationLimit {
  const { library, ephemeral, store, clientAddress } = deps;
  const { perNetworkPerHour, mostApplications } = deps.settings.open;
  const refuse = (ctx: KoaContextWithOIDC, why: string): never => {
    ctx.set('Retry-After', String(HOUR / 1000));
    throw Object.assign(new library.errors.TemporarilyUnavailable(why), { status: 429, statusCode: 429, expose: true });
  };
  const counted = new WeakSet<object>();
  return {
    async take(ctx) {
      if (counted.has(ctx.req)) return;
      counted.add(ctx.req);
      for (const [index, { name }] of networksOf(clientAddress(ctx.req)).entries()) {
        const count = await ephemeral.increment(EPHEMERAL_KEYS.registrationsOfNetwork.of(name), 1, HOUR);
        if (count > perNetworkPerHour * (TIMES[index] ?? 1)) {
          refuse(ctx, 'too many applications were registered or changed from this network: try again in an hour');
        }
      }
      if (ctx.oidc.route === 'client_update') return;
      const { registeredApplications: all } = store;
      if ((await all.count('byVia', ['open'], { limit: mostApplications })) >= mostApplications) {
        refuse(ctx, 'too many applications are registered: an administrator can register yours, or give you a token');
      }
    },
  };
}
