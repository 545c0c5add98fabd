import type { Configuration, Grant, KoaContextWithOIDC } from 'oidc-provider';
import type { OidcProviderLibrary } from '../library/load-oidc-provider.ts';
import { withUnavailableErrors } from '../library/store-failures.ts';
import { INTERACTION_PATH, OWN_CLIENT_ID } from '../own-client.ts';

/** The parameter of an authorization request by which an app asks for one connector. */
export const CONNECTOR_PARAMETER = 'rolecall_connector';

/** Creates the grant for a request that continues after a consent; `undefined` for any other request. */
export type GrantConsent = (ctx: KoaContextWithOIDC) => Promise<Grant | undefined>;

/** The grant that a session has for an app. Our own page needs no consent to show people their own data. */
async function existingGrant(ctx: KoaContextWithOIDC): Promise<Grant | undefined> {
  const { client, provider, session } = ctx.oidc;
  if (client === undefined) return undefined;
  const grantId = session?.grantIdFor(client.clientId);
  const grant = grantId === undefined ? undefined : await provider.Grant.find(grantId);
  if (grant !== undefined || client.clientId !== OWN_CLIENT_ID || session?.accountId === undefined) return grant;
  const own = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
  own.addOIDCScope('openid');
  await own.save();
  return own;
}

/** When and where people are prompted: the library's own policy, and a new sign-in for people who may no longer be signed in. */
export function interactions(library: OidcProviderLibrary, grantConsent: GrantConsent): Configuration {
  const { interactionPolicy } = library;
  const policy = interactionPolicy.base();
  policy.add(new interactionPolicy.Prompt({ name: 'select_account', requestable: true }), 0);
  policy
    .get('login')
    ?.checks.add(
      new interactionPolicy.Check('account_gone', 'End-User authentication is required', (ctx) =>
        ctx.oidc.session?.accountId !== undefined && ctx.oidc.account === undefined
          ? interactionPolicy.Check.REQUEST_PROMPT
          : interactionPolicy.Check.NO_NEED_TO_PROMPT,
      ),
    );
  return {
    extraParams: [CONNECTOR_PARAMETER],
    features: { devInteractions: { enabled: false } },
    interactions: { policy, url: async (_ctx, interaction) => `${INTERACTION_PATH}/${interaction.uid}` },
    loadExistingGrant: withUnavailableErrors(
      library,
      async (ctx) => (await grantConsent(ctx)) ?? (await existingGrant(ctx)),
    ),
  };
}
