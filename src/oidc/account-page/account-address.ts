import Router from '@koa/router';
import { ACCOUNT_PARAMETER } from '../features/interactions.ts';
import { ACCOUNT_PATH, namesAccount } from '../own-client.ts';
import { findSignedIn, type SignedInDependencies } from './signed-in.ts';
import { type StartDependencies, startSignIn } from './start-sign-in.ts';

/**
 * The address `/sign-in/<account>`, which an account gives its people: the sign-in with the account filled in. It does not say whether there
 * is such an account. Must come after the other pages below `/sign-in`, which take precedence over aliases of the same name.
 */
export function accountAddress(deps: SignedInDependencies & StartDependencies): Router {
  return new Router().get(`${ACCOUNT_PATH}/:account`, async (ctx, next) => {
    const account = String(ctx.params['account']).toLowerCase();
    if (!namesAccount(ctx.path)) return await next();
    const found = await findSignedIn(deps, ctx);
    if (found !== undefined && [found.person.accountId, found.person.accountAlias].includes(account)) {
      ctx.redirect(`${deps.publicUrl}${ACCOUNT_PATH}`);
      ctx.status = 303;
      return;
    }
    // The person who is signed in here is of another account, so a person of this one signs in instead.
    startSignIn(deps, ctx, { [ACCOUNT_PARAMETER]: account, ...(found !== undefined && { prompt: 'login' }) });
  });
}
