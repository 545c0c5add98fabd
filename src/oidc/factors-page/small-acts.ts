import { say } from '../../http/messages/say.ts';
import type { Factor } from '../../identity/credentials/credential-holder.ts';
import { renameOwnFactor } from '../../identity/factors/own-totp.ts';
import { makeRecoveryCodes } from '../../identity/factors/recovery-codes.ts';
import { recoveryCodesPage } from './confirm-pages.ts';
import type { FactorAct } from './factor-act.ts';
import { factorGone, factorNamed } from './remove-factor.ts';

const labelIn = (factors: readonly Factor[], { serialNumber }: Factor): string | undefined =>
  factors.find((each) => each.serialNumber === serialNumber)?.label;

export const RENAME: FactorAct = {
  event: 'RenameFactor',
  needsProof: false,
  begunBy: undefined,
  action: undefined,
  async run(deps, call) {
    const { ctx, found, form } = call;
    const factor = factorNamed(call);
    const label = form.get('label') ?? '';
    const renamed =
      factor && (await renameOwnFactor(deps.factors.store, found.person, { serialNumber: factor.serialNumber, label }));
    if (factor === undefined || renamed === undefined) return factorGone(call);
    await deps.recordEvent({
      name: 'RenameFactor',
      outcome: 'allowed',
      source: deps.factsOf(ctx.req),
      person: found.person,
      method: 'session',
      request: { serialNumber: factor.serialNumber, label: labelIn(renamed.factors, factor) },
    });
    const person = { ...found.person, factors: renamed.factors };
    return { notice: say('factors.renamed'), found: { ...found, person } };
  },
};

/** A person who may add a factor may also have recovery codes for it. */
export const MAKE_CODES: FactorAct = {
  event: 'CreateRecoveryCodes',
  needsProof: true,
  // Codes are refused to people who have no factor.
  begunBy: undefined,
  action: 'iam:EnableMFADevice',
  async run(deps, { ctx, found }) {
    const codes = await makeRecoveryCodes(deps.factors, found.person, deps.clock.now());
    if (codes === undefined) return { notice: say('factors.addFirst'), found, status: 409 };
    await deps.recordEvent({
      name: 'CreateRecoveryCodes',
      outcome: 'allowed',
      source: deps.factsOf(ctx.req),
      person: found.person,
      method: 'session',
      request: { count: codes.length },
    });
    return { title: say('factors.yourCodes'), page: recoveryCodesPage(codes), isShownOnce: true };
  },
};
