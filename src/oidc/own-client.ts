import type { ClientMetadata } from 'oidc-provider';

/** Where the issuer lives below the public URL. */
export const ISSUER_PATH = '/oidc';
/** Where people are asked, below the issuer; the id of the interaction follows. */
export const INTERACTION_ROUTE = '/interaction';
export const INTERACTION_PATH = `${ISSUER_PATH}${INTERACTION_ROUTE}`;
/** The page on which a person signs in and sees what is theirs. */
export const ACCOUNT_PATH = '/sign-in';
/** Where a person who is signed in changes the password. */
export const PASSWORD_PATH = `${ACCOUNT_PATH}/password`;

/** The client as which our own pages sign people in: they go through the same steps as any app's. */
export const OWN_CLIENT_ID = 'rolecall';

export function ownClient(publicUrl: string): ClientMetadata {
  return {
    client_id: OWN_CLIENT_ID,
    client_name: 'Rolecall',
    token_endpoint_auth_method: 'none',
    redirect_uris: [`${publicUrl}${ACCOUNT_PATH}`],
    post_logout_redirect_uris: [`${publicUrl}${ACCOUNT_PATH}`],
    open_to: 'everyone',
  };
}
