/** The client that our own pages use to sign people in, through the same steps as for any app. No application may have its id. */
export const OWN_CLIENT_ID = 'rolecall';
