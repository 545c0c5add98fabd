import Router from '@koa/router';
import type { Context } from 'koa';
import { isSameOriginPost } from '../../http/csrf.ts';
import { showErrorPage } from '../../http/error-page.ts';
import { say } from '../../http/messages/say.ts';
import { showPage } from '../../http/page.ts';
import { showBrandOf } from '../../http/page-brand.ts';
import { NOT_ME_PATH } from '../../identity/notices/notices.ts';
import type { NoticeLinks } from '../../identity/notices/report-not-me.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import type { InvitationRoutesDependencies } from './invitation-routes.ts';
import { notMePage, securedPage } from './not-me-page.ts';

interface NotMeRoutesDependencies extends Omit<InvitationRoutesDependencies, 'invitations'> {
  readonly noticeLinks: NoticeLinks;
}

/** The page "this wasn't me". Opening it changes nothing; only its button does, once. */
export function notMeRoutes(deps: NotMeRoutesDependencies): Router {
  const { noticeLinks, publicUrl, startLimit, recordEvent, factsOf, requestIdOf, observe } = deps;
  const { origin } = new URL(publicUrl);
  const router = new Router();

  const showClosed = (ctx: Context): void => {
    ctx.status = 404;
    showErrorPage(ctx, {
      title: say('mailedLinks.linkClosed'),
      message: say('mailedLinks.linkClosedWhy'),
      requestId: requestIdOf(ctx.req),
    });
  };

  router.get(`${NOT_ME_PATH}/:token`, async (ctx) => {
    if (!startLimit(ctx)) return;
    const notice = await noticeLinks.find(ctx.params['token'] ?? '');
    showBrandOf(ctx.req, notice?.person.accountId);
    if (notice === undefined) showClosed(ctx);
    else showPage(ctx, { title: say('mailedLinks.wasThisYou'), body: notMePage(notice) });
  });

  router.post(`${NOT_ME_PATH}/:token`, async (ctx) => {
    if (!startLimit(ctx)) return;
    if (!isSameOriginPost(ctx.req.headers, origin))
      throw new ServiceError('AccessDenied', 'The form does not come from our page. Open the link again.');
    const notice = await noticeLinks.report(ctx.params['token'] ?? '');
    observe(notice === undefined ? 'not-me-refused' : 'not-me-reported');
    if (notice === undefined) return showClosed(ctx);
    showBrandOf(ctx.req, notice.person.accountId);
    await recordEvent({
      name: 'ReportNotMe',
      source: factsOf(ctx.req),
      person: notice.person,
      method: 'link',
      outcome: 'allowed',
      request: { notice: notice.event, ...(notice.added !== undefined && { removedFactor: notice.added }) },
    });
    showPage(ctx, { title: say('mailedLinks.secured'), body: securedPage(notice), isShownOnce: true });
  });

  return router;
}
