import type { IncomingMessage } from 'node:http';
import Koa, { type Middleware } from 'koa';
import { errorPages } from '../../http/error-page.ts';
import { answerFavicon, FAVICON_PATH } from '../../http/favicon.ts';
import { LANGUAGE_PATH } from '../../http/language-chooser.ts';
import { refuseMethod } from '../../http/wrong-method.ts';
import { INVITATION_PATH } from '../../identity/invitations/send-invitation.ts';
import { NOT_ME_PATH } from '../../identity/notices/notices.ts';
import { FEDERATION_PATH, SESSION_PATH } from '../../sign-in/console-federation/federation-paths.ts';
import { CREDENTIALS_PATH, START_PATH } from '../../sign-in/start/start-paths.ts';
import { pinOrigin } from '../library/request-origin.ts';
import {
  ACCOUNT_PATH,
  ACTIVITY_PATH,
  DEVICE_PATH,
  FACTORS_PATH,
  INTERACTION_PATH,
  LINKS_PATH,
  namesAccount,
  PASSWORD_PATH,
  PROFILE_PATH,
  REQUESTS_PATH,
} from '../own-client.ts';

interface OwnPagesDependencies {
  readonly publicUrl: string;
  readonly requestIdOf: (request: object) => string;
  readonly logError: (error: unknown, requestId: string) => void;
  /** Handles a request, and then writes everything that it changed. */
  readonly during: (request: IncomingMessage, handle: () => Promise<void>) => Promise<void>;
  /** The routes of the steps of a sign-in, which read their records themselves. */
  readonly interactions: readonly unknown[];
  /** Reads the records of the browser's session. */
  readonly readAhead: (request: IncomingMessage) => Promise<void>;
  /** The routes of the account pages. */
  readonly account: readonly unknown[];
}

const PATHS = [
  LANGUAGE_PATH,
  FEDERATION_PATH,
  SESSION_PATH,
  ACCOUNT_PATH,
  DEVICE_PATH,
  PASSWORD_PATH,
  PROFILE_PATH,
  LINKS_PATH,
  FACTORS_PATH,
  ACTIVITY_PATH,
  START_PATH,
  CREDENTIALS_PATH,
  REQUESTS_PATH,
  `${REQUESTS_PATH}/[^/]+`,
  `${INTERACTION_PATH}/[^/]+`,
  `${INVITATION_PATH}/[^/]+`,
  `${NOT_ME_PATH}/[^/]+`,
];
const OWN_PAGES = new RegExp(`^(?:${PATHS.join('|')})/?$`, 'i');

/** The pages of a sign-in and of the account, as one handler. Everything else below the issuer is oidc-provider's. */
export function ownPages(deps: OwnPagesDependencies): ReturnType<Koa['callback']> {
  const { publicUrl, requestIdOf, logError } = deps;
  const pages = new Koa<{ requestId: string }>();
  const useAll = (routes: readonly unknown[]): void => {
    for (const each of routes) pages.use(each as Middleware<{ requestId: string }>);
  };
  pinOrigin(pages, publicUrl);
  pages.use((ctx, next) => {
    ctx.state.requestId = requestIdOf(ctx.req);
    return next();
  });
  pages.use(errorPages(logError));
  pages.use((ctx, next) => deps.during(ctx.req, next));
  useAll(deps.interactions);
  pages.use(async (ctx, next) => {
    await deps.readAhead(ctx.req);
    await next();
  });
  useAll(deps.account);
  pages.use((ctx, next) => (ctx.path === FAVICON_PATH ? answerFavicon(ctx) : next()));
  pages.use((ctx, next) => {
    if (!OWN_PAGES.test(ctx.path) && !namesAccount(ctx.path)) return next();
    const methods = ctx.path === LANGUAGE_PATH ? ['POST'] : ['GET', 'HEAD', 'POST'];
    return refuseMethod(ctx, methods, ctx.state.requestId);
  });
  pages.on('error', (error: unknown) => logError(error, ''));
  return pages.callback();
}
