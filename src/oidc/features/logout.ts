import type { Configuration, KoaContextWithOIDC } from 'oidc-provider';
import { html, trustedHtml } from '../../http/html.ts';
import { renderPage } from '../../http/page.ts';

const BUTTONS = html`<button type="submit" name="logout" value="yes">Sign out</button>
<button type="submit" class="second">Stay signed in</button>`;

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
  ctx.body = renderPage({
    title: 'Signed out',
    body: html`<h1>You are signed out</h1><p>Nobody is signed in in this browser.</p>
<form method="post" action="${ctx.oidc.urlFor('end_session_confirm')}"><input type="hidden" name="xsrf" value="${secret}">
<input type="hidden" name="logout" value="yes"><button type="submit">Continue</button></form>`,
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
          ctx.type = 'html';
          ctx.body = renderPage({
            title: 'Sign out',
            body: html`<h1>Do you want to sign out?</h1>
<p>${app === undefined ? 'You will be signed out' : html`<strong>${app}</strong> asks to sign you out`} of Rolecall and of every app of this session.</p>
${trustedHtml(form.replace('</form>', BUTTONS.markup.concat('</form>')))}`,
          });
        },
        postLogoutSuccessSource: async (ctx) => {
          ctx.type = 'html';
          if ((await ctx.oidc.provider.Session.get(ctx)).accountId !== undefined) {
            ctx.body = renderPage({
              title: 'Still signed in',
              body: html`<h1>You are still signed in</h1><p>You did not sign out. You can close this page.</p><p><a href="/sign-in">Your account</a></p>`,
            });
            return;
          }
          ctx.body = renderPage({
            title: 'Signed out',
            body: html`<h1>You are signed out</h1><p>You can close this page.</p><p><a href="/sign-in">Sign in again</a></p>`,
          });
        },
      },
    },
  };
}
