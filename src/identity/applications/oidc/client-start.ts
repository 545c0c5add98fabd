/** Where a client can be reached, by its registered metadata. */
export interface ReachableClient {
  readonly initiateLoginUri?: unknown;
  readonly clientUri?: string | undefined;
  readonly applicationType?: string | undefined;
  readonly redirectUris?: readonly string[] | undefined;
}

/**
 * Where an app starts: the URL that starts sign-ins (OpenID Connect Core 1.0 §4), its home page, or the root of its registered origin. All
 * of these are registered, so the link cannot lead elsewhere.
 * @returns `undefined` if none is known, for example for a native app.
 */
export function clientStart(client: ReachableClient, issuer: string): string | undefined {
  const { initiateLoginUri, clientUri, applicationType, redirectUris } = client;
  if (typeof initiateLoginUri === 'string') {
    const start = new URL(initiateLoginUri);
    start.searchParams.set('iss', issuer);
    return start.href;
  }
  if (clientUri !== undefined) return clientUri;
  const [redirectUri] = redirectUris ?? [];
  return applicationType === 'native' || redirectUri === undefined ? undefined : new URL('/', redirectUri).href;
}
