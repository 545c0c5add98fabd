import { showErrorPage } from './error-page.ts';
import { html } from './html.ts';
import { say } from './messages/say.ts';
import type { PageContext } from './page.ts';

/** The parts of a request and its response that are needed to reject the method. */
export interface MethodContext extends PageContext {
  readonly method: string;
  status: number;
}

/**
 * Responds to a method that an endpoint does not support: to `OPTIONS` with the supported methods, to any other with 405 and a page
 * (RFC 9110 §9.3.7, §15.5.6).
 */
export function refuseMethod(ctx: MethodContext, allowed: readonly string[], requestId: string): void {
  ctx.set('Allow', [...allowed, 'OPTIONS'].join(', '));
  if (ctx.method === 'OPTIONS') {
    ctx.status = 204;
    return;
  }
  ctx.status = 405;
  const methods = html`${allowed.map((each, i) => [i > 0 && say('frame.or'), each])}`;
  showErrorPage(ctx, {
    title: say('frame.requestFailed'),
    message: say('frame.wrongMethod', { method: ctx.method, methods }),
    requestId,
  });
}
