import type { Context } from 'koa';
import { showErrorPage } from '../../http/error-page.ts';
import { showPage } from '../../http/page.ts';
import { ENDED } from '../features/error-page.ts';
import { type FindFinishedApp, showFinished } from './late-forms.ts';

interface EndedDependencies {
  readonly finishedApp: FindFinishedApp;
  readonly requestIdOf: (request: object) => string;
}

/**
 * Answers a request to continue after an ended interaction before oidc-provider sees it: the library would store the session again, under
 * the id that the first such request has just replaced.
 */
export function endedInteraction({ finishedApp, requestIdOf }: EndedDependencies) {
  return async (ctx: Context, uid: string): Promise<void> => {
    const app = await finishedApp(uid);
    ctx.type = 'html';
    if (app === undefined) {
      ctx.status = 400;
      showErrorPage(ctx, { ...ENDED, requestId: requestIdOf(ctx.req) });
      return;
    }
    const { status, title, show } = showFinished(app);
    ctx.status = status;
    showPage(ctx, { title, body: show });
  };
}
