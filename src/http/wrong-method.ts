import { renderErrorPage } from './error-page.ts';

/** What of a request and its answer is needed to refuse its method. */
export interface MethodContext {
  readonly method: string;
  status: number;
  type: string;
  body: unknown;
  set(name: string, value: string): void;
}

/**
 * Answers a method that an address does not take: `OPTIONS` with the methods that it does take, any other with 405 and a page
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
    title: 'This did not work',
    message: `This address does not take ${ctx.method} requests: use ${allowed.join(' or ')}.`,
    requestId,
  });
}
