import Router from '@koa/router';
import { readIcon } from '../../identity/rules/icon.ts';
import { requestOf } from './request-of.ts';
import { ICONS_PATH } from './start-paths.ts';
import type { StartRoutesDependencies } from './start-routes.ts';

/**
 * Serves the icons of apps to people who may use them. An address names a version, so browsers may keep it. An SVG that is opened by itself
 * runs no script: it is sandboxed.
 */
export function appIconRoute(
  deps: Pick<StartRoutesDependencies, 'signedIn' | 'sessions' | 'sources' | 'factsOf'>,
): Router {
  const router = new Router();
  router.get(`${ICONS_PATH}/:app`, async (ctx) => {
    const session = await deps.signedIn(ctx);
    if (session === undefined) return;
    const by = await deps.sessions.forReading(session, requestOf(deps, ctx));
    const url = await deps.sources.icon(by, String(ctx['params']['app']));
    const icon = url === undefined ? undefined : readIcon(url);
    if (icon === undefined) return;
    ctx.set('Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'; sandbox");
    ctx.set('Cache-Control', 'private, max-age=86400');
    ctx.type = icon.type;
    ctx.body = icon.bytes;
  });
  return router;
}
