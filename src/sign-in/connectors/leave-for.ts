import type { Context } from 'koa';
import type { Destination } from '../../federation/connectors/redirect-connector.ts';
import type { Text } from '../../http/html.ts';
import { say } from '../../http/messages/say.ts';
import { showPage } from '../../http/page.ts';
import { contentSecurityPolicy } from '../../http/security-headers.ts';
import { SUBMIT_FORM_SOURCE } from '../../http/submit-form.ts';
import { postingPage } from '../pages/posting-page.ts';

/**
 * Sends the browser to another server: by a redirect, or by a page with a form that it posts there.
 * @param heading Of that page.
 */
export function leaveFor(ctx: Context, destination: Destination, heading: Text = say('connectors.toProvider')): void {
  if ('url' in destination) {
    ctx.redirect(destination.url);
    ctx.status = 303;
    return;
  }
  ctx.set('Content-Security-Policy', contentSecurityPolicy('apps', SUBMIT_FORM_SOURCE));
  showPage(ctx, { title: heading, body: postingPage(destination.post, heading) });
}
