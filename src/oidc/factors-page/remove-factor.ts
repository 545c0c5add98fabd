import { say } from '../../http/messages/say.ts';
import type { Factor } from '../../identity/credentials/credential-holder.ts';
import { removeFactor } from '../../identity/factors/remove-factors.ts';
import { passkeysOf } from '../../identity/passkeys/passkeys-of.ts';
import { nameOfFactor } from '../account-page/factor-names.ts';
import { removeFactorPage } from './confirm-pages.ts';
import { continueSession } from './continue-session.ts';
import type { ActCall, ActResult, FactorAct, FactorsRoutesDependencies } from './factor-act.ts';

const EVENT = 'DeactivateMFADevice';
const ACTION = 'iam:DeactivateMFADevice';

/** The person's own factor that a form names. The serial numbers of others lead nowhere. */
export function factorNamed({ found, form }: ActCall): Factor | undefined {
  return found.person.factors.find(({ serialNumber }) => serialNumber === form.get('factor'));
}

export function factorGone({ found }: ActCall): ActResult {
  return { notice: say('factors.gone'), found };
}

/** Whether the person signs in with a passkey only, and this is the last one that works here. */
function isOnlySignIn({ passkeys: { rpId } }: FactorsRoutesDependencies, { found }: ActCall, factor: Factor): boolean {
  if (found.person.password?.isPasswordless !== true || rpId === undefined) return false;
  const alone = passkeysOf(found.person, rpId).filter(({ isDiscoverable }) => isDiscoverable !== false);
  return alone.every(({ serialNumber }) => serialNumber === factor.serialNumber);
}

const onlySignIn = ({ found }: ActCall): ActResult => ({ notice: say('factors.onlySignIn'), found, status: 409 });

/** Asks first. */
export const REMOVE: FactorAct = {
  event: EVENT,
  needsProof: true,
  begunBy: undefined,
  action: ACTION,
  async run(deps, call) {
    const factor = factorNamed(call);
    if (factor === undefined) return factorGone(call);
    if (isOnlySignIn(deps, call, factor)) return onlySignIn(call);
    const isLast = call.found.person.factors.length === 1;
    const page = removeFactorPage({ csrf: call.csrf, factor, isLast });
    return { title: say('factors.removeQuestion', { factor: nameOfFactor(factor) }), page };
  },
};

export const CONFIRM_REMOVE: FactorAct = {
  ...REMOVE,
  async run(deps, call) {
    const { ctx, found } = call;
    const factor = factorNamed(call);
    // If another one is removed meanwhile, the removal is refused, since that ended this login.
    if (factor !== undefined && isOnlySignIn(deps, call, factor)) return onlySignIn(call);
    const holder = factor && (await removeFactor(deps.factors.store, found.person, factor.serialNumber));
    if (factor === undefined || holder === undefined) return factorGone(call);
    await deps.recordEvent({
      name: EVENT,
      outcome: 'allowed',
      source: deps.factsOf(ctx.req),
      person: found.person,
      method: 'session',
      request: { serialNumber: factor.serialNumber, left: holder.factors.length },
    });
    const still = await continueSession(deps, ctx, { found, generation: holder.loginGeneration });
    const notice = say('factors.removed', { factor: nameOfFactor(factor) });
    return { notice, found: still, ...(factor.kind === 'passkey' && { removed: factor }) };
  },
};
