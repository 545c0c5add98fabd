import type { FoundAccount } from '../account-claims.ts';
import { mayUseClient } from '../client-access.ts';
import type { DeviceConsent } from '../features/interactions.ts';
import { deviceRequestOf } from '../library/device-code.ts';
import { extendGrant } from '../library/records/extend-grant.ts';
import { requestedAccess } from './requested-access.ts';

/** In the library's words: the form that allows or denies a request. */
const CONFIRMED = 'code_verification';

export function deviceConsent(): DeviceConsent {
  const given = new WeakSet<object>();
  return {
    async grant(ctx, existing) {
      const { client, provider, session, account, route } = ctx.oidc;
      const request = deviceRequestOf(ctx);
      const accountId = session?.accountId;
      if (route !== CONFIRMED || request === undefined || client === undefined || accountId === undefined)
        return undefined;
      const { person } = account as FoundAccount;
      // A person who may not use the app is told so, and grants nothing.
      if (!mayUseClient(client, person)) return undefined;
      const { scopes, resourceScopes } = requestedAccess(client, request);
      const grant = await extendGrant(provider, {
        known: await existing(),
        accountId,
        clientId: client.clientId,
        add(extended) {
          if (scopes.length > 0) extended.addOIDCScope(scopes.join(' '));
          for (const [resource, names] of Object.entries(resourceScopes)) {
            extended.addResourceScope(resource, names.join(' '));
          }
        },
      });
      given.add(ctx.oidc);
      return grant;
    },
    isGiven: (ctx) => given.has(ctx.oidc),
  };
}
