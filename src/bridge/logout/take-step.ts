import type { Context } from 'koa';
import type { Bridge } from '../context/bridge-dependencies.ts';
import { MessageRefused } from '../pages/bridge-audit.ts';
import type { LogoutStep } from '../stores/logout-chains.ts';
import { advanceChain, type ChainStep } from './advance-chain.ts';

/** Takes the next step of a sign-out, for a browser that is here with its cookies. @throws {MessageRefused} */
export async function takeStep(bridge: Bridge, ctx: Context, step: LogoutStep): Promise<ChainStep> {
  switch (step.kind) {
    case 'asked':
      return await beginAsked(bridge, ctx, step);
    case 'answered':
      return await continueChain(bridge, ctx, step);
    case 'own': {
      // Only the browser that signed out has got the address of this step, and it works once.
      const { apps, next, isLast = false } = step;
      return await advanceChain(bridge, ctx, { ...UNBEGUN, remaining: apps, end: { next, isLast } });
    }
  }
}

const UNBEGUN = { current: undefined, failed: [], hasUntold: false } as const;

/**
 * The sessions that an application named have ended, whoever brought its request. The other applications are only visited by the browser
 * that held the session: their addresses carry what they call the person.
 */
async function beginAsked(
  bridge: Bridge,
  ctx: Context,
  { ended, requester }: Extract<LogoutStep, { readonly kind: 'asked' }>,
): Promise<ChainStep> {
  const isHeld = ({ holder }: (typeof ended)[number]): boolean =>
    holder !== undefined && bridge.browsers.isHeldBy(ctx, holder);
  const remaining = ended.filter(isHeld).flatMap(({ apps }) => apps);
  const hasUntold = ended.some((session) => session.apps.length > 0 && !isHeld(session));
  return await advanceChain(bridge, ctx, { ...UNBEGUN, remaining, hasUntold, end: { requester } });
}

async function continueChain(
  bridge: Bridge,
  ctx: Context,
  { state, isConfirmed }: Extract<LogoutStep, { readonly kind: 'answered' }>,
): Promise<ChainStep> {
  const browser = bridge.chainCookie.browserOf(ctx);
  const chain = browser === undefined ? undefined : await bridge.chains.take(state, browser);
  const current = chain?.current;
  if (chain === undefined || current === undefined) {
    throw new MessageRefused('ended', 'the sign-out that this answer is for has ended');
  }
  const { accountId, entityId } = current;
  const answered = isConfirmed ? undefined : await bridge.applications.byEntityId(accountId, entityId);
  const failed = isConfirmed ? chain.failed : [...chain.failed, answered?.displayName ?? entityId];
  return await advanceChain(bridge, ctx, { ...chain, current: undefined, failed });
}
