/** Where a provider sends the browser back to: one path for each connector, so that one provider cannot answer for another. */
export function callbackPath(connector: string): string {
  return `/federation/${connector}/callback`;
}

/** Where an OpenID provider says that a person has signed out. */
export function backchannelPath(connector: string): string {
  return `/federation/${connector}/backchannel-logout`;
}

/** Where an OpenID provider sends the browser back to after a sign-out there. */
export function signedOutPath(connector: string): string {
  return `/federation/${connector}/signed-out`;
}
