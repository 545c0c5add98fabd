import { html, type Text } from '../../http/html.ts';
import { say } from '../../http/messages/say.ts';
import type { Form } from '../../http/read-form.ts';
import type { CredentialHolder } from '../../identity/credentials/credential-holder.ts';
import type { Person } from '../../identity/credentials/people.ts';
import { otpauthUri } from '../../identity/factors/create-virtual-mfa-device.ts';
import { outlineQrCode } from '../../identity/factors/draw-qr-code.ts';
import { FACTOR_KINDS } from '../../identity/factors/factor-kinds.ts';
import { beginOwnTotp, confirmOwnTotp } from '../../identity/factors/own-totp.ts';
import type { BrowserStanding } from '../../identity/own-browsers/browser-standing.ts';
import { CeremonyFault, type CeremonyReason } from '../../identity/passkeys/ceremony-fault.ts';
import { beginPasskey, enrolPasskey } from '../../identity/passkeys/enrol-passkey.ts';
import { observed } from '../../identity/passkeys/observed.ts';
import { typedCode } from '../codes/typed-code.ts';
import type { ConfirmShown } from '../confirm-browser/confirm-browser.ts';
import { confirmBrowserPage } from '../confirm-browser/confirm-browser-page.ts';
import type { SignInEnforcement } from '../enforcement.ts';
import type { SignInEvent } from '../events/sign-in-events.ts';
import { cancelForm, stepForm } from '../pages/step-form.ts';
import type { PendingSignIn } from '../pending-sign-in.ts';
import type { PageShown, Progress, SignInCall, SignInDependencies, SignInStep, StepResult } from '../sign-in-step.ts';
import { failedCheck } from '../steps/step-outcome.ts';
import { type EnrolFactorPage, enrolFactorPage } from './enrol-factor-page.ts';

const NAME = 'enrol-factor';
const TITLE = say('signInPolicy.addFactor');
const CONFIRM_TITLE = say('mailedCodes.confirmTitle');

const MESSAGES: Partial<Record<CeremonyReason, Text>> = {
  expired: say('factors.passkeyExpired'),
  taken: say('factors.passkeyTaken'),
  'not-accepted': say('factors.passkeyNotAccepted'),
};
const FAILED = say('factors.passkeyNotAdded');
const WRONG = say('factors.wrongCode');
const TOO_MANY = say('signInPolicy.tooManyCodes');

/** A request of a person who is to add a factor. */
interface Enrolling {
  readonly deps: SignInDependencies;
  readonly enforcement: SignInEnforcement;
  readonly call: SignInCall;
  readonly pending: PendingSignIn & { readonly person: Person };
  /** Whether the password alone may have led here. */
  readonly standing: BrowserStanding;
}

/** What the ceremonies are bound to: this sign-in, which no session can be mistaken for. */
const boundTo = ({ call: { id }, pending: { person } }: Enrolling) => ({ holder: person, session: `sign-in ${id}` });

/** Whether an authenticator app is enough for what is demanded. */
const takesApp = ({ judged }: Pick<PendingSignIn, 'judged'>): boolean => judged?.lacks === 'factor';

/** Has the person confirm a browser that is not known as theirs: a stolen password must not be enough to add the thief's factor. */
function showConfirming({ call: { target } }: Enrolling, { status, waitMs, ...shown }: ConfirmShown): PageShown {
  const page = confirmBrowserPage(shown, (content) => stepForm(NAME, target, content));
  return {
    title: shown.error === undefined ? CONFIRM_TITLE : say('frame.errorTitle', { title: CONFIRM_TITLE }),
    status,
    waitMs,
    show: html`${page}${cancelForm(target)}`,
  };
}

const confirmCall = ({ call: { id, device, source }, pending: { person } }: Enrolling) => ({
  person,
  session: `sign-in ${id}`,
  device,
  source,
});

async function show(enrolling: Enrolling, error?: Text): Promise<PageShown> {
  const { enforcement, call, pending } = enrolling;
  const { passkeys, judge } = enforcement;
  const who = boundTo(enrolling);
  const page: EnrolFactorPage = {
    target: call.target,
    userName: pending.person.name,
    passkey: judge.hasPasskeys && passkeys.rpId !== undefined ? await beginPasskey(passkeys, who) : undefined,
    app: takesApp(pending) ? await shownApp(enrolling) : undefined,
    decidedBy: pending.judged?.decidedBy ?? [],
    error,
  };
  const title = error === undefined ? TITLE : say('frame.errorTitle', { title: TITLE });
  return { title, status: error === undefined ? 200 : 400, show: enrolFactorPage(page) };
}

async function shownApp(enrolling: Enrolling): Promise<EnrolFactorPage['app']> {
  const { person } = enrolling.pending;
  const { base32Seed: key } = await beginOwnTotp(enrolling.enforcement.factors, boundTo(enrolling));
  const accountName = person.accountAlias ?? person.accountId;
  const uri = otpauthUri({ deviceName: person.name, accountName, base32Seed: key, issuer: 'Rolecall' });
  return { qr: await outlineQrCode(uri), key, uri };
}

async function record(
  { deps, enforcement, standing, call, pending: { person, amr } }: Enrolling,
  event: Pick<SignInEvent, 'outcome' | 'errorCode' | 'errorMessage' | 'request'>,
): Promise<void> {
  const { source, app } = call;
  const about = {
    name: 'EnableMFADevice',
    method: 'sign-in',
    mfa: amr.includes('mfa'),
    source,
    person,
    clientId: app.id,
  };
  const request = { ...event.request, browser: standing };
  await deps.recordEvent({ ...about, ...event, ...(event.outcome === 'allowed' && { request }) });
  if (event.outcome === 'allowed') enforcement.browsers.added(person, standing);
}

/** The sign-in of the person with the new factor. Adding it has ended all other logins. */
function withFactor({ pending }: Enrolling, holder: CredentialHolder): Progress {
  const { factors, loginGeneration, recoveryCodes } = holder;
  const person = { ...pending.person, factors, loginGeneration, recoveryCodes };
  return { ...pending, person, generation: loginGeneration, steps: pending.steps.slice(1) };
}

async function addPasskey(enrolling: Enrolling, form: Form): Promise<StepResult> {
  const { passkeys, factors } = enrolling.enforcement;
  const answer = {
    ...boundTo(enrolling),
    credential: form.get('credential') ?? '',
    token: form.get('token') ?? '',
    label: form.get('label') ?? '',
    now: enrolling.call.begun,
  };
  try {
    const enrolled = await observed(passkeys, () => enrolPasskey(factors, passkeys, answer));
    if (enrolled === undefined) return { next: true };
    const { holder, factor } = enrolled;
    const { serialNumber, label, aaguid } = factor;
    await record(enrolling, { outcome: 'allowed', request: { serialNumber, label, aaguid } });
    // Making it proves nothing of the person: the sign-in is as strong as it demands once the passkey is shown.
    const progress = withFactor(enrolling, holder);
    return { passed: { ...progress, steps: ['strong-factor', ...progress.steps], addedPasskey: true } };
  } catch (error) {
    if (!(error instanceof CeremonyFault)) throw error;
    await record(enrolling, { outcome: 'refused', errorCode: 'passkey', ...failedCheck(error) });
    return await show(enrolling, MESSAGES[error.reason] ?? FAILED);
  }
}

async function addApp(enrolling: Enrolling, form: Form): Promise<StepResult> {
  const code = typedCode(form, 'code');
  const given = { code, label: form.get('label') ?? '', now: enrolling.call.begun };
  const result = await confirmOwnTotp(enrolling.enforcement.factors, boundTo(enrolling), given);
  if (result.outcome !== 'enrolled') {
    await record(enrolling, { outcome: 'refused', errorCode: result.outcome });
    if (result.outcome === 'gone') return { next: true };
    return await show(enrolling, result.outcome === 'too-many' ? TOO_MANY : WRONG);
  }
  const { serialNumber, label } = result.factor;
  await record(enrolling, { outcome: 'allowed', request: { serialNumber, label } });
  const progress = withFactor(enrolling, result.holder);
  return { passed: { ...progress, amr: [...progress.amr, ...FACTOR_KINDS.totp.amr, 'mfa'] } };
}

async function enrollingOf(deps: SignInDependencies, call: SignInCall): Promise<Enrolling | undefined> {
  const { enforcement } = deps;
  const { pending, device } = call;
  if (enforcement === undefined || pending === undefined) return undefined;
  const { person, amr } = pending;
  const standing = await enforcement.browsers.standing({ person, amr, device });
  return { deps, enforcement, call, pending, standing };
}

/**
 * Has the person add a factor that the sign-in policy demands, before they are signed in: until then there is no session that could do
 * anything else.
 */
export const enrolFactorStep: SignInStep = {
  name: NAME,
  isDue: ({ pending }) => pending?.steps[0] === NAME,
  page: async (deps, call) => {
    const enrolling = await enrollingOf(deps, call);
    if (enrolling === undefined) throw new TypeError('no factor is to be added');
    if (enrolling.standing === 'unconfirmed')
      return showConfirming(enrolling, await enrolling.enforcement.browsers.page(confirmCall(enrolling)));
    return await show(enrolling);
  },
  async run(deps, call, form) {
    const enrolling = await enrollingOf(deps, call);
    if (enrolling === undefined) return { next: true };
    if (enrolling.standing === 'unconfirmed') {
      const result = await enrolling.enforcement.browsers.run(confirmCall(enrolling), form);
      return result === 'confirmed' ? { next: true } : showConfirming(enrolling, result);
    }
    if (form.get('credential') !== undefined) return await addPasskey(enrolling, form);
    // Only what is demanded may be added here.
    return takesApp(enrolling.pending) ? await addApp(enrolling, form) : { next: true };
  },
  runsAnytime: false,
};
