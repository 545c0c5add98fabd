import { renderErrorPage } from './error-page.ts';

/** The parts of a request and its response that are needed to reject the method. */
export interface MethodContext {
  readonly method: string;
  status: number;
  type: string;
  body: unknown;
  set(name: string, value: string): void;
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
  ctx.type = 'html';
  ctx.body = renderErrorPage({
    title: 'Request failed',
    message: `This page does not support ${ctx.method} requests. Use ${allowed.join(' or ')}.`,
    requestId,
  });
}
