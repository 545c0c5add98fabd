import Router from '@koa/router';
import { isSameOriginPost } from '../../http/csrf.ts';
import { LANGUAGE_PATH, pageToReturnTo } from '../../http/language-chooser.ts';
import { LANGUAGES } from '../../http/messages/languages.ts';
import { languageCookie } from '../../http/page-view.ts';
import { readForm } from '../../http/read-form.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import { ACCOUNT_PATH } from '../own-client.ts';

/** In ms. */
const LIFETIME = 365 * 86_400_000;

/** Remembers the language that a person chose on a page, and returns to that page. It says nothing about who the person is. */
export function languageRoute(publicUrl: string): Router {
  const router = new Router();
  const { origin, protocol } = new URL(publicUrl);
  const secure = protocol === 'https:';

  router.post(LANGUAGE_PATH, async (ctx) => {
    const form = await readForm(ctx.req);
    if (!isSameOriginPost(ctx.req.headers, origin)) {
      throw new ServiceError('AccessDenied', 'This form did not come from our page. Go back and try again.');
    }
    const language = form.get('language');
    if (language !== undefined && LANGUAGES.has(language)) {
      ctx.cookies.set(languageCookie(secure), language, {
        signed: false,
        httpOnly: true,
        sameSite: 'lax',
        path: '/',
        secure,
        maxAge: LIFETIME,
        overwrite: true,
      });
    }
    ctx.redirect(publicUrl + pageToReturnTo(form.get('to'), ACCOUNT_PATH));
    ctx.status = 303;
  });
  return router;
}
