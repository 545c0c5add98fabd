import type { Configuration, Grant, KoaContextWithOIDC } from 'oidc-provider';
import type { BrowserSignIns } from '../../sign-in/protocol-pages.ts';
import type { FoundAccount } from '../account-claims.ts';
import type { DetailType } from '../authorization-details/type-settings.ts';
import { isEndedFor, mayUseClient } from '../client-access.ts';
import type { OidcProviderLibrary } from '../library/load-oidc-provider.ts';
import { withUnavailableErrors } from '../library/store-failures.ts';
import { COMMAND_LINE_CLIENT_ID, INTERACTION_PATH, OWN_CLIENT_ID } from '../own-client.ts';
import { addAppPolicy } from '../step-up/app-policy.ts';
import { addSignInAge } from '../step-up/sign-in-age.ts';
import { addStepUp } from '../step-up/step-up.ts';
import { shownDetails } from './flows/authorization-details.ts';

/** The parameter of an authorization request by which an app asks for one connector. */
export const CONNECTOR_PARAMETER = 'rolecall_connector';
/** The parameter by which an app names the account to sign in to, by its id or alias. */
export const ACCOUNT_PARAMETER = 'rolecall_account';

/** The prompt for a person who may not use the app: there is nothing to answer but to change the account, or to go back. */
export const NOT_ASSIGNED = 'not_assigned';
const NOT_ASSIGNED_WORDS = 'the app is not assigned to the person who is signed in';

/** Puts on record that a person may not use an app. */
export type RecordNotAssigned = (ctx: KoaContextWithOIDC, why: string) => Promise<void>;

/** Creates the grant for a request that continues after a consent; `undefined` for any other request. */
export type GrantConsent = (ctx: KoaContextWithOIDC) => Promise<Grant | undefined>;

/** The consent that a person gives by allowing a device: the page shows what it asks for, so no other page need ask again. */
export interface DeviceConsent {
  /** The grant of a request that was just allowed; `undefined` for any other request. @param existing the grant that the session has. */
  grant(ctx: KoaContextWithOIDC, existing: () => Promise<Grant | undefined>): Promise<Grant | undefined>;
  /** Whether this request has it. */
  isGiven(ctx: KoaContextWithOIDC): boolean;
}

/** The grant that a session has for an app. Our own page needs no consent to show people their own data. */
async function existingGrant(ctx: KoaContextWithOIDC): Promise<Grant | undefined> {
  const { client, provider, session } = ctx.oidc;
  // Each sign-in of the command line has a grant of its own, so that signing out of one does not end the others.
  if (client === undefined || client.clientId === COMMAND_LINE_CLIENT_ID) return undefined;
  const grantId = session?.grantIdFor(client.clientId);
  const found = grantId === undefined ? undefined : await provider.Grant.find(grantId);
  const grant = found === undefined || isEndedFor(client, found) ? undefined : found;
  if (grant !== undefined || client.clientId !== OWN_CLIENT_ID || session?.accountId === undefined) return grant;
  const own = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
  own.addOIDCScope('openid');
  await own.save();
  return own;
}

/** The value of `prompt` that asks for a prompt, if an app may ask for it. */
function requestableName({ name, requestable }: { readonly name: string; readonly requestable?: boolean }): string[] {
  return requestable === true ? [name] : [];
}

interface InteractionsOptions {
  readonly grantConsent: GrantConsent;
  readonly recordNotAssigned: RecordNotAssigned;
  readonly deviceConsent: DeviceConsent;
  readonly mayOpen: BrowserSignIns['mayOpen'];
  readonly authorizationDetailsTypes: readonly DetailType[];
}

/** When and where people are prompted: the library's own policy, and a new sign-in for people who may no longer be signed in. */
export function interactions(
  library: OidcProviderLibrary,
  { grantConsent, recordNotAssigned, deviceConsent, mayOpen, authorizationDetailsTypes }: InteractionsOptions,
): Configuration {
  const { interactionPolicy } = library;
  const { Check } = interactionPolicy;
  const policy = interactionPolicy.base();
  policy.add(new interactionPolicy.Prompt({ name: 'select_account', requestable: true }), 0);
  policy
    .get('login')
    ?.checks.add(
      new Check('account_gone', 'End-User authentication is required', 'login_required', (ctx) =>
        ctx.oidc.session?.accountId !== undefined && ctx.oidc.account === undefined
          ? Check.REQUEST_PROMPT
          : Check.NO_NEED_TO_PROMPT,
      ),
    );
  const native = policy.get('consent')?.checks.get('native_client_prompt');
  if (native !== undefined) {
    const { check } = native;
    // The page on which the person allowed the device showed all of it.
    native.check = (ctx) => (deviceConsent.isGiven(ctx) ? Check.NO_NEED_TO_PROMPT : check(ctx));
  }
  const details = policy.get('consent')?.checks.get('rar_prompt');
  if (details !== undefined) {
    details.details = ({ oidc }) => ({
      details: shownDetails(authorizationDetailsTypes, oidc.params?.['authorization_details']),
    });
  }
  const isNotAssigned = async (ctx: KoaContextWithOIDC): Promise<boolean> => {
    const { client, account } = ctx.oidc;
    const person = (account as Partial<FoundAccount> | undefined)?.person;
    if (person === undefined || mayUseClient(client, person)) return Check.NO_NEED_TO_PROMPT;
    await recordNotAssigned(ctx, NOT_ASSIGNED_WORDS);
    return Check.REQUEST_PROMPT;
  };
  // Before consent, and an error of its own for prompt=none (RFC 6749 §4.1.2.1): no other prompt would help.
  policy.add(
    new interactionPolicy.Prompt(
      { name: NOT_ASSIGNED, requestable: false },
      new Check('not_assigned', NOT_ASSIGNED_WORDS, 'access_denied', isNotAssigned),
    ),
    2,
  );
  addSignInAge(interactionPolicy, policy);
  addStepUp(interactionPolicy, policy);
  addAppPolicy(interactionPolicy, policy, mayOpen);
  return {
    extraParams: [CONNECTOR_PARAMETER, ACCOUNT_PARAMETER],
    // Without `create`: nobody registers themselves here. An administrator invites people, and a login of a connector may create a user, for
    // which the ordinary sign-in page has its buttons (Initiating User Registration via OpenID Connect 1.0 §4.1).
    discovery: { prompt_values_supported: ['none', ...[...policy].flatMap(requestableName)] },
    features: { devInteractions: { enabled: false } },
    interactions: { policy, url: async (_ctx, interaction) => `${INTERACTION_PATH}/${interaction.uid}` },
    loadExistingGrant: withUnavailableErrors(
      library,
      async (ctx) =>
        (await grantConsent(ctx)) ??
        (await deviceConsent.grant(ctx, () => existingGrant(ctx))) ??
        (await existingGrant(ctx)),
    ),
  };
}
