import type { Configuration, Grant, KoaContextWithOIDC } from 'oidc-provider';
import type { OidcProviderLibrary } from '../library/load-oidc-provider.ts';
import { INTERACTION_PATH, OWN_CLIENT_ID } from '../own-client.ts';

/** Our own page needs no consent to show people what is theirs. */
async function loadExistingGrant(ctx: KoaContextWithOIDC): Promise<Grant | undefined> {
  const { client, provider, session, result } = ctx.oidc;
  if (client === undefined) return undefined;
  const grantId = result?.consent?.grantId ?? session?.grantIdFor(client.clientId);
  const grant = grantId === undefined ? undefined : await provider.Grant.find(grantId);
  if (grant !== undefined || client.clientId !== OWN_CLIENT_ID || session?.accountId === undefined) return grant;
  const own = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
  own.addOIDCScope('openid');
  await own.save();
  return own;
}

/** When people are asked, and where. The library's own policy, and: who may be signed in here no more has to sign in anew. */
export function interactions({ interactionPolicy }: OidcProviderLibrary): Configuration {
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
    features: { devInteractions: { enabled: false } },
    interactions: { policy, url: async (_ctx, interaction) => `${INTERACTION_PATH}/${interaction.uid}` },
    loadExistingGrant,
  };
}
