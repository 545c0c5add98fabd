import Router from '@koa/router';
import type { Context } from 'koa';
import { say } from '../http/messages/say.ts';
import { showPage } from '../http/page.ts';
import { showBrandOf } from '../http/page-brand.ts';
import { leaveFor } from '../sign-in/connectors/leave-for.ts';
import { BRIDGE_PATHS } from './context/bridge-addresses.ts';
import type { Bridge } from './context/bridge-dependencies.ts';
import type { ChainStep } from './logout/advance-chain.ts';
import { receiveLogout } from './logout/receive-logout.ts';
import { takeStep } from './logout/take-step.ts';
import { keptMetadata } from './metadata/kept-metadata.ts';
import { type BridgeEvent, MessageRefused, showRefusal } from './pages/bridge-audit.ts';
import { signedOutPage } from './pages/signed-out-page.ts';
import { answerSignOn, SIGN_ON_ENDED, SWITCH, switchPerson } from './sign-on/answer-sign-on.ts';
import { receiveRequest } from './sign-on/receive-request.ts';
import { startHere } from './sign-on/start-here.ts';

const ACCOUNT = ':account';
const METADATA_TYPE = 'application/samlmetadata+xml';

type Handle = (ctx: Context, accountId: string) => Promise<void>;

/** The endpoints of the accounts' identity providers. */
export function bridgeRoutes(bridge: Bridge): Router {
  const router = new Router();
  const { pending } = bridge;
  const metadataOf = keptMetadata(bridge);

  /** Handles a request of an account that exists. HEAD does nothing: previews and scanners must not use a message up. */
  const forAccount =
    (name: BridgeEvent['name'], handle: Handle) =>
    async (ctx: Context, next: () => Promise<void>): Promise<void> => {
      const accountId = String(ctx['params']['account']);
      if (!(await isAccount(bridge, accountId))) return await next();
      if (ctx.method === 'HEAD') {
        ctx.status = 204;
        return;
      }
      if (!bridge.browsers.startLimit(ctx)) return;
      showBrandOf(ctx.req, accountId);
      try {
        await handle(ctx, accountId);
      } catch (error) {
        if (!(error instanceof MessageRefused)) throw error;
        await showRefusal(bridge, ctx, { name, accountId, refusal: error });
      }
    };

  router.get(BRIDGE_PATHS.metadata(ACCOUNT), async (ctx, next) => {
    const accountId = String(ctx.params['account']);
    if (!(await isAccount(bridge, accountId))) return await next();
    if (!bridge.browsers.startLimit(ctx)) return;
    ctx.type = METADATA_TYPE;
    ctx.body = await metadataOf(accountId);
  });

  router.get(
    BRIDGE_PATHS.sso(ACCOUNT),
    forAccount('SamlSignOn', async (ctx, accountId) => {
      await answerSignOn(bridge, ctx, await receiveRequest(bridge, ctx, accountId));
    }),
  );

  router.post(
    BRIDGE_PATHS.sso(ACCOUNT),
    forAccount('SamlSignOn', async (ctx, accountId) => {
      // A form from another site comes without our cookies. The browser sends them when it comes back by GET.
      const id = await pending.keep(await receiveRequest(bridge, ctx, accountId));
      ctx.redirect(BRIDGE_PATHS.continue(accountId, id));
      ctx.status = 303;
    }),
  );

  router.get(
    BRIDGE_PATHS.continue(ACCOUNT, ':id'),
    forAccount('SamlSignOn', async (ctx, accountId) => {
      const id = String(ctx['params']['id']);
      const signOn = await pending.get(id);
      if (signOn === undefined || signOn.accountId !== accountId) {
        throw new MessageRefused('ended', SIGN_ON_ENDED);
      }
      if (ctx.query[SWITCH] !== undefined) return await switchPerson(bridge, ctx, signOn, id);
      await answerSignOn(bridge, ctx, signOn, id);
    }),
  );

  router.get(
    BRIDGE_PATHS.start(ACCOUNT, ':app'),
    forAccount('SamlSignOn', async (ctx, accountId) => {
      const applicationId = String(ctx['params']['app']);
      const started = await startHere(bridge, ctx, { accountId, applicationId, relayState: ctx.query['RelayState'] });
      if ('startUrl' in started) {
        ctx.redirect(started.startUrl);
        ctx.status = 303;
        return;
      }
      await answerSignOn(bridge, ctx, started.signOn);
    }),
  );

  const goOn = (ctx: Context, step: ChainStep): void => {
    if ('leave' in step) {
      leaveFor(ctx, step.leave, say('connectors.signingOut'));
      return;
    }
    showPage(ctx, { title: say('frame.signedOutTitle'), body: signedOutPage(step) });
  };

  router.get(
    BRIDGE_PATHS.slo(ACCOUNT),
    forAccount('SamlSignOut', async (ctx, accountId) => {
      goOn(ctx, await takeStep(bridge, ctx, await receiveLogout(bridge, ctx, accountId)));
    }),
  );

  router.post(
    BRIDGE_PATHS.slo(ACCOUNT),
    forAccount('SamlSignOut', async (ctx, accountId) => {
      // As for single sign-on: what the browser is shown depends on its cookies, which come by GET alone.
      const id = await bridge.chains.keepStep(accountId, await receiveLogout(bridge, ctx, accountId));
      ctx.redirect(BRIDGE_PATHS.sloStep(accountId, id));
      ctx.status = 303;
    }),
  );

  router.get(
    BRIDGE_PATHS.sloStep(ACCOUNT, ':id'),
    forAccount('SamlSignOut', async (ctx, accountId) => {
      const step = await bridge.chains.takeStep(accountId, String(ctx['params']['id']));
      if (step === undefined) throw new MessageRefused('ended', 'this sign-out has ended');
      goOn(ctx, await takeStep(bridge, ctx, step));
    }),
  );

  return router;
}

async function isAccount({ identities }: Bridge, accountId: string): Promise<boolean> {
  return /^\d{12}$/.test(accountId) && (await identities.accounts.get([accountId])) !== undefined;
}
