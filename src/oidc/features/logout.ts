import type { Configuration, KoaContextWithOIDC } from 'oidc-provider';
import { html, trustedHtml } from '../../http/html.ts';
import { say } from '../../http/messages/say.ts';
import { showPage } from '../../http/page.ts';
import { signedOutPage } from '../../http/signed-out-page.ts';

const BUTTONS = html`<button type="submit" name="logout" value="yes">${say('frame.signOut')}</button>
<button type="submit" class="second">${say('signOut.stay')}</button>`;

/** In the form that oidc-provider expects. */
const SIGN_OUT = /^\/session\/end\/?$/i;

/** Answers a sign-out when no one is signed in. The library would send a bare form that a script submits; ours is a page that needs none. */
export function alreadySignedOut(ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> {
  return SIGN_OUT.test(ctx.path) ? showSignedOut(ctx, next) : next();
}

async function showSignedOut(ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> {
  await next();
  const { route, session } = ctx.oidc ?? {};
  if (route !== 'end_session' || ctx.status !== 200 || session === undefined || session.accountId !== undefined) return;
  const { secret } = (session.state ?? {}) as Record<string, string | undefined>;
  showPage(ctx, {
    title: say('frame.signedOutTitle'),
    body: html`<h1>${say('frame.signedOut')}</h1><p>${say('signOut.nobody')}</p>
<form method="post" action="${ctx.oidc.urlFor('end_session_confirm')}"><input type="hidden" name="xsrf" value="${secret}">
<input type="hidden" name="logout" value="yes"><button type="submit">${say('frame.continue')}</button></form>`,
  });
}

/**
 * Signing out: an app sends the person here (RP-Initiated Logout 1.0), and the person always has to confirm, because a link from someone
 * else must not sign anyone out. The other apps of the session are notified (Back-Channel Logout 1.0).
 */
export function logout(): Configuration {
  return {
    features: {
      backchannelLogout: { enabled: true },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: async (ctx, form) => {
          const app = ctx.oidc.client?.clientName ?? ctx.oidc.client?.clientId;
          const [start = ''] = form.split('</form>');
          showPage(ctx, {
            title: say('frame.signOut'),
            body: html`<h1>${say('signOut.question')}</h1>
<p>${app === undefined ? say('signOut.everywhere') : say('signOut.appAsks', { app: html`<strong>${app}</strong>` })}</p>
${trustedHtml(start)}${BUTTONS}</form>`,
          });
        },
        postLogoutSuccessSource: async (ctx) => {
          ctx.type = 'html';
          if ((await ctx.oidc.provider.Session.get(ctx)).accountId !== undefined) {
            showPage(ctx, {
              title: say('signOut.stillTitle'),
              body: html`<h1>${say('signOut.still')}</h1><p>${say('signOut.didNot')} ${say('frame.mayClose')}</p><p><a href="/sign-in">${say('frame.yourAccount')}</a></p>`,
            });
            return;
          }
          showPage(ctx, {
            title: say('frame.signedOutTitle'),
            body: signedOutPage(),
          });
        },
      },
    },
  };
}
