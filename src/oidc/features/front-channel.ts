import { createHash } from 'node:crypto';
import type { Context } from 'koa';
import type Provider from 'oidc-provider';
import type { Client, Configuration } from 'oidc-provider';
import type { Destination } from '../../federation/connectors/redirect-connector.ts';
import { type Html, html, trustedHtml } from '../../http/html.ts';
import { say } from '../../http/messages/say.ts';
import { showPage } from '../../http/page.ts';
import { contentSecurityPolicy } from '../../http/security-headers.ts';
import type { SessionApps } from '../library/logout-notices.ts';
import { ISSUER_PATH } from '../own-client.ts';

/** How long the page waits for the apps, in seconds. */
const PATIENCE = 3;

/** Goes on once all frames have loaded, or after the same time as browsers without scripts. */
const SCRIPT = `const go = document.querySelector('[data-next]');
let left = false;
const leave = () => { if (!left) { left = true; go.click(); } };
addEventListener('load', leave);
setTimeout(leave, ${PATIENCE * 1000});`;
const SCRIPT_SOURCE = `'sha256-${createHash('sha256').update(SCRIPT).digest('base64')}'`;

/** An app's page that ends its session when the browser loads it. */
export interface SignOutFrame {
  readonly app: string;
  /** With the parameters `iss` and `sid`. */
  readonly url: string;
}

/** Announces Front-Channel Logout 1.0 (§3), which the library does not have. */
export function frontChannel(): Configuration {
  return { discovery: { frontchannel_logout_supported: true, frontchannel_logout_session_supported: true } };
}

/** The members of clients that concern signing out and are missing in the library's types. */
interface SignedOutClient extends Client {
  readonly backchannelLogoutUri?: string;
}

/**
 * The frames that end the apps' sessions (Front-Channel Logout 1.0 §2). An app that is also notified directly needs none: browsers often
 * keep an app's cookies from its frames. All have `sid`, because an app that gets no cookies can end its session by that.
 */
export async function signOutFrames(
  provider: Provider,
  publicUrl: string,
  apps: SessionApps,
): Promise<readonly SignOutFrame[]> {
  const found = await Promise.all(
    Object.entries(apps).map(async ([clientId, { sid }]): Promise<readonly SignOutFrame[]> => {
      const client = (await provider.Client.find(clientId)) as SignedOutClient | undefined;
      const address = client?.['frontchannel_logout_uri'];
      if (client === undefined || typeof address !== 'string' || client.backchannelLogoutUri !== undefined) return [];
      const url = new URL(address);
      url.searchParams.set('iss', publicUrl + ISSUER_PATH);
      if (sid !== undefined) url.searchParams.set('sid', sid);
      return [{ app: client.clientName ?? clientId, url: url.href }];
    }),
  );
  return found.flat();
}

/** Loads the apps' pages, then goes on. Whether an app has ended its session is not known, and the page says so. */
export function showSignOutFrames(ctx: Context, frames: readonly SignOutFrame[], next: Destination): void {
  const origins = [...new Set(frames.map(({ url }) => new URL(url).origin))];
  ctx.status = 200;
  ctx.remove('Location');
  ctx.set('Content-Security-Policy', `${contentSecurityPolicy('apps', SCRIPT_SOURCE)}; frame-src ${origins.join(' ')}`);
  if ('url' in next) ctx.set('Refresh', `${PATIENCE};url=${next.url}`);
  showPage(ctx, {
    title: say('frame.signedOutTitle'),
    isShownOnce: true,
    body: html`<h1>${say('frame.signedOut')}</h1>
<p>${say('signOut.apps')}</p>
<ul class="scopes">${frames.map(({ app }) => html`<li>${app}</li>`)}</ul>
<p>${say('signOut.mayStay')}</p>
<script type="module">${trustedHtml(SCRIPT)}</script>
${onward(next)}
${frames.map(frameOf)}`,
  });
}

function onward(next: Destination): Html {
  if ('url' in next) return html`<p><a class="button" data-next href="${next.url}">${say('frame.continue')}</a></p>`;
  return html`<form method="post" action="${next.post.action}">
${Object.entries(next.post.fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
<button type="submit" data-next>${say('frame.continue')}</button>
</form>`;
}

/** The app's page may run its scripts and read its cookies, but not lead this page elsewhere, open windows or ask anything. */
function frameOf({ app, url }: SignOutFrame): Html {
  return html`<iframe src="${url}" title="${app}" sandbox="allow-scripts allow-same-origin" referrerpolicy="no-referrer" hidden></iframe>`;
}
