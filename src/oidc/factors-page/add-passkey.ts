import type { Text } from '../../http/html.ts';
import { say } from '../../http/messages/say.ts';
import { CeremonyFault, type CeremonyReason } from '../../identity/passkeys/ceremony-fault.ts';
import { beginPasskey, type EnrolledPasskey, enrolPasskey } from '../../identity/passkeys/enrol-passkey.ts';
import { observed } from '../../identity/passkeys/observed.ts';
import { failedCheck } from '../../sign-in/steps/step-outcome.ts';
import { addPasskeyPage } from './add-passkey-page.ts';
import { continueSession } from './continue-session.ts';
import type { ActCall, ActResult, FactorAct, FactorsRoutesDependencies } from './factor-act.ts';

const TITLE = say('factors.addPasskey');
const EVENT = 'EnableMFADevice';

const MESSAGES: Partial<Record<CeremonyReason, Text>> = {
  expired: say('factors.passkeyExpired'),
  taken: say('factors.passkeyTaken'),
  'not-accepted': say('factors.passkeyNotAccepted'),
};
const FAILED = say('factors.passkeyNotAdded');

async function show(
  { passkeys }: FactorsRoutesDependencies,
  call: ActCall,
  shown: { label: string; error?: Text },
): Promise<ActResult> {
  const { found, csrf } = call;
  if (passkeys.rpId === undefined) return { notice: say('factors.noPasskeys'), found, status: 409 };
  const begun = await beginPasskey(passkeys, { holder: found.person, session: found.session.uid });
  const page = addPasskeyPage({ csrf, ...begun, ...shown });
  return shown.error === undefined
    ? { title: TITLE, page }
    : { title: say('frame.errorTitle', { title: TITLE }), page, status: 400 };
}

export const ADD_PASSKEY: FactorAct = {
  event: EVENT,
  needsProof: true,
  begunBy: 'add-passkey',
  action: 'iam:EnableMFADevice',
  run: (deps, call) => show(deps, call, { label: '' }),
};

async function record(
  deps: FactorsRoutesDependencies,
  { ctx, found: { person }, standing }: ActCall,
  outcome: { readonly enrolled: EnrolledPasskey } | { readonly fault: CeremonyFault },
): Promise<void> {
  const event = { name: EVENT, source: deps.factsOf(ctx.req), person, method: 'session' };
  if ('fault' in outcome) {
    const check = failedCheck(outcome.fault);
    return await deps.recordEvent({ ...event, ...check, outcome: 'refused', errorCode: 'passkey' });
  }
  const { serialNumber, label, aaguid } = outcome.enrolled.factor;
  await deps.recordEvent({
    ...{ ...event, outcome: 'allowed' },
    request: { serialNumber, label, aaguid, browser: standing },
  });
  deps.browsers.added(person, standing);
}

async function confirm(deps: FactorsRoutesDependencies, call: ActCall): Promise<ActResult> {
  const { ctx, found, form } = call;
  const label = form.get('label') ?? '';
  let enrolled: EnrolledPasskey | undefined;
  try {
    const answer = {
      holder: found.person,
      session: found.session.uid,
      credential: form.get('credential') ?? '',
      token: form.get('token') ?? '',
      label,
      now: deps.clock.now(),
    };
    enrolled = await observed(deps.passkeys, () => enrolPasskey(deps.factors, deps.passkeys, answer));
  } catch (error) {
    if (!(error instanceof CeremonyFault)) throw error;
    await record(deps, call, { fault: error });
    return await show(deps, call, { label, error: MESSAGES[error.reason] ?? FAILED });
  }
  if (enrolled === undefined) return { notice: undefined, found: undefined };
  await record(deps, call, { enrolled });
  const { holder, factor } = enrolled;
  // Making a passkey proves nothing of the person: a thief of the password could make one. The session is no stronger until it is shown.
  const still = await continueSession(deps, ctx, { found, generation: holder.loginGeneration, addedFactor: true });
  const notice = factor.isDiscoverable === false ? 'factors.passkeyAddedAsSecond' : 'factors.passkeyAdded';
  return { notice: say(notice, { factor: factor.label }), found: still };
}

export const CONFIRM_PASSKEY: FactorAct = {
  ...ADD_PASSKEY,
  run: confirm,
};
