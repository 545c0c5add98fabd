import * as oidc from 'openid-client';
import type { PageSeen, Seen } from '../../harness/person.ts';
import { DEMO_CLIENT } from './demo-client.ts';
import { UnexpectedResult } from './narrator.ts';
import type { Stage } from './stage.ts';

/** The demo app, which found the server by discovery. */
export interface App {
  readonly config: oidc.Configuration;
}

export async function openApp({ narrator, server }: Stage): Promise<App> {
  const issuer = new URL(`${server.url}/oidc`);
  narrator.command('app', `discover ${issuer}`);
  const config = await oidc.discovery(issuer, DEMO_CLIENT.client_id, undefined, oidc.None(), {
    execute: [oidc.allowInsecureRequests],
  });
  return { config };
}

/** A login that the app has begun. */
export interface BegunLogin {
  /** Where the app sends the browser. */
  readonly url: URL;
  /** The app's part once the browser is back: exchanges the code, and checks the ID token. */
  finish(callback: URL): ReturnType<typeof oidc.authorizationCodeGrant>;
}

export async function beginLogin(
  { narrator }: Stage,
  { config }: App,
  parameters: Readonly<Record<string, string>>,
): Promise<BegunLogin> {
  const [pkceCodeVerifier, expectedState, expectedNonce] = [
    oidc.randomPKCECodeVerifier(),
    oidc.randomState(),
    oidc.randomNonce(),
  ];
  const url = oidc.buildAuthorizationUrl(config, {
    redirect_uri: DEMO_CLIENT.redirect_uris[0],
    code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    state: expectedState,
    nonce: expectedNonce,
    ...parameters,
  });
  narrator.command('app', `send the person to ${url.origin}${url.pathname}?…`);
  return {
    url,
    async finish(callback) {
      narrator.command('app', 'exchange the code, check the ID token');
      const checks = { pkceCodeVerifier, expectedState, expectedNonce };
      const tokens = await oidc.authorizationCodeGrant(config, callback, checks);
      narrator.answer({ ...tokens.claims() });
      return tokens;
    },
  };
}

export function expectPage(seen: Seen): PageSeen {
  if (seen.kind === 'left') throw new UnexpectedResult(`a page was expected, but the server redirected to ${seen.url}`);
  return seen;
}

/** Where the server sent the browser: to an app, or to an outside provider. */
export function leftFor(seen: Seen): URL {
  if (seen.kind === 'page') throw new UnexpectedResult(`not sent on: ${seen.heading} ${seen.text}`);
  return seen.url;
}

export function describePage({ narrator }: Stage, page: PageSeen): void {
  const fields = page.labels.length === 0 ? '' : `; asks for: ${page.labels.join(', ')}`;
  narrator.answer(`page «${page.heading}»${fields}; buttons: ${page.buttons.join(', ')}`);
}
