import type { FoundAccount } from '../account-claims.ts';
import { mayUseClient } from '../client-access.ts';
import type { DeviceConsent } from '../features/interactions.ts';
import { deviceRequestOf } from '../library/device-code.ts';
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
      const grant = (await existing()) ?? new provider.Grant({ accountId, clientId: client.clientId });
      const { scopes, resourceScopes } = requestedAccess(client, request);
      if (scopes.length > 0) grant.addOIDCScope(scopes.join(' '));
      for (const [resource, names] of Object.entries(resourceScopes)) grant.addResourceScope(resource, names.join(' '));
      await grant.save();
      given.add(ctx.oidc);
      return grant;
    },
    isGiven: (ctx) => given.has(ctx.oidc),
  };
}
