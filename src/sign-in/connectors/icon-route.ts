import type { Context } from 'koa';
import type { Connectors } from '../../identity/connectors/open-connectors.ts';
import { readIcon } from '../../identity/rules/icon.ts';

/**
 * Serves the icon of a connector. Its address names the version, so browsers may keep it. An SVG that is opened by itself runs no script:
 * it is sandboxed.
 */
export function iconRoute(connectors: Pick<Connectors, 'enabled'>): (ctx: Context) => Promise<void> {
  return async (ctx) => {
    const name = String(ctx['params']['connector']);
    const connector = (await connectors.enabled()).find((each) => each.name === name && each.hasButton);
    const icon = connector?.icon === undefined ? undefined : readIcon(connector.icon);
    if (icon === undefined) return;
    ctx.set('Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'; sandbox");
    ctx.set('Cache-Control', 'public, max-age=86400');
    ctx.type = icon.type;
    ctx.body = icon.bytes;
  };
}
