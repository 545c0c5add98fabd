import type { AttemptOrigin } from '../../identity/attempts/sign-in-limits.ts';
import { isSignInOver, type Person } from '../../identity/credentials/people.ts';
import { shortestPassword } from '../../identity/passwords/password-policy.ts';
import type { SignInRefusal, SignInResult } from '../../identity/sign-in/sign-in-result.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import { isOpenTo } from '../account-claims.ts';
import type { PendingSignIn } from '../storage/pending-sign-in.ts';
import { changePasswordPage } from './change-password-page.ts';
import type { InteractionCall, InteractionDependencies, PageShown, Step, StepResult } from './interaction-step.ts';
import { mfaPage } from './mfa-page.ts';
import { type TypedName, typedText } from './sign-in-names.ts';
import { signInPage } from './sign-in-page.ts';
import { tooManyFailures, waitInWords } from './wait-in-words.ts';

/** One text for every reason that would tell whether somebody exists, or where. */
const WRONG = 'The account, name or password is not right.';
const REFUSALS = {
  credentials: { status: 400, message: WRONG },
  'no-account': {
    status: 400,
    message: 'Give the account, too, or your e-mail address in the place of the user name.',
  },
  expired: { status: 400, message: 'Your password has expired. Ask your administrator for a new one.' },
} as const;

/** Why a form is shown again: what is missing in it, or what came of the attempt. */
type Refusal = SignInRefusal | { readonly reason: 'no-account' };

function saidOf(refusal: Refusal): { status: number; message: string; waitMs?: number } {
  if (refusal.reason !== 'throttled') return REFUSALS[refusal.reason];
  return { status: 429, message: tooManyFailures(refusal.waitMs), waitMs: refusal.waitMs };
}

async function showSignIn(
  { names }: InteractionDependencies,
  call: InteractionCall,
  { typed, refusal }: { readonly typed: TypedName; readonly refusal?: Refusal },
): Promise<PageShown> {
  const { target, clientName } = call;
  const said = refusal && saidOf(refusal);
  return {
    title: said === undefined ? 'Sign in' : 'Error: Sign in',
    status: said?.status ?? 200,
    waitMs: said?.waitMs,
    show: signInPage({
      target,
      clientName,
      error: said?.message,
      wrongField: refusal?.reason === 'no-account' ? 'account' : undefined,
      hasOneAccount: await names.hasOneAccount(),
      ...typed,
    }),
  };
}

function showMfa({ target }: InteractionCall, refusal?: Refusal): PageShown {
  const page = { target, step: 'mfa' } as const;
  if (refusal === undefined) return { title: 'Enter your code', status: 200, show: mfaPage(page) };
  const { status, message, waitMs } = saidOf(refusal);
  const error = refusal.reason === 'throttled' ? message : 'The code is not right. Each code works once.';
  return { title: 'Error: Enter your code', status, waitMs, show: mfaPage({ ...page, error }) };
}

/** Asks for a code before it is said whether the password was right. The same for all names, whether they exist or not. */
function showHeld({ target }: InteractionCall, waitMs: number): PageShown {
  const why = `There were too many failed attempts with this name on devices where it was not used before. To sign in on such a device, type \
the six digits that your authenticator app shows now. If you have no authenticator app, use a device on which you signed in before, or try \
again in ${waitInWords(waitMs)}.`;
  return { title: 'Enter your code', status: 429, waitMs, show: mfaPage({ target, step: 'held', why }) };
}

function showChangePassword({ target }: InteractionCall, person: Person, error?: string): PageShown {
  const shortest = shortestPassword(person.password.policy, person.mfaDevices.length > 0);
  return {
    title: error === undefined ? 'Choose a new password' : 'Error: Choose a new password',
    status: error === undefined ? 200 : 400,
    show: changePasswordPage({
      target,
      userName: person.name,
      shortest,
      reason: person.password.resetRequired ? 'reset' : 'expired',
      error,
    }),
  };
}

/** The page of the first step that is still to be done. */
export async function showSignInStep(deps: InteractionDependencies, call: InteractionCall): Promise<PageShown> {
  const { pending, interaction } = call;
  const hint = interaction.params['login_hint'];
  if (pending === undefined) {
    return await showSignIn(deps, call, { typed: { account: '', name: typeof hint === 'string' ? hint : '' } });
  }
  return pending.steps[0] === 'mfa' ? showMfa(call) : showChangePassword(call, pending.person);
}

/** Goes on to the next step, or ends the interaction with the person signed in. */
async function goOn(
  { pending: pendings }: InteractionDependencies,
  { interaction, begun }: InteractionCall,
  { person, ...pending }: Omit<PendingSignIn, 'subject'> & { readonly person: Person },
): Promise<StepResult> {
  const { subject } = person;
  if (pending.steps.length > 0) {
    await pendings.set(interaction.uid, { ...pending, subject });
    return { next: true };
  }
  await pendings.forget(interaction.uid);
  const login = { accountId: subject, amr: [...pending.amr], ts: Math.floor(begun / 1000), remember: false };
  return { finish: { login: { ...login, loginGeneration: pending.generation } } };
}

async function note(
  { recordEvent }: InteractionDependencies,
  { source, client, pending }: InteractionCall,
  event: { name: string; method: string; result: SignInResult },
): Promise<void> {
  const { name, method, result } = event;
  const mfa = method === 'mfa' ? result.outcome === 'passed' : (pending?.amr.includes('mfa') ?? false);
  await recordEvent({
    name,
    method,
    mfa,
    outcome: result.outcome === 'passed' ? 'allowed' : 'refused',
    source,
    person: result.person,
    clientId: client.clientId,
    errorCode: result.outcome === 'refused' ? result.reason : undefined,
  });
}

function originOf({ source: { ip }, device, isNewDevice }: InteractionCall): AttemptOrigin {
  return { ip, device, isNewDevice };
}

const passwordStep: Step = async (deps, call, form) => {
  const account = (form.get('account') ?? '').trim();
  const name = (form.get('name') ?? '').trim();
  const typed = { account, name };
  const who = await deps.names.meant(typed);
  if (who === undefined) return await showSignIn(deps, call, { typed, refusal: { reason: 'no-account' } });
  const result = await deps.signIn.checkPassword({
    name: who,
    typed: typedText(typed),
    password: form.get('password') ?? '',
    ...originOf(call),
  });
  // An app that is not open to the person's account says so no differently than a wrong password does.
  const told: SignInResult =
    result.outcome === 'passed' && !isOpenTo(call.client, result.person.accountId)
      ? { outcome: 'refused', reason: 'credentials', person: result.person }
      : result;
  await note(deps, call, { name: 'PasswordSignIn', method: 'password', result: told });
  if (told.outcome === 'refused') {
    if (told.reason !== 'throttled' || told.held === undefined)
      return await showSignIn(deps, call, { typed, refusal: told });
    await deps.pending.hold(call.interaction.uid, told.held);
    return showHeld(call, told.waitMs);
  }
  return goOn(deps, call, {
    person: told.person,
    generation: told.person.loginGeneration,
    amr: ['pwd'],
    steps: told.steps,
  });
};

const mfaStep: Step = async (deps, call, form) => {
  const { pending } = call;
  if (pending?.steps[0] !== 'mfa') return { next: true };
  const code = (form.get('code') ?? '').replaceAll(' ', '');
  const result = await deps.signIn.checkMfa({
    subject: pending.subject,
    code,
    ...originOf(call),
  });
  await note(deps, call, { name: 'MfaSignIn', method: 'mfa', result });
  if (result.outcome === 'refused') return showMfa(call, result);
  return goOn(deps, call, { ...pending, amr: [...pending.amr, 'otp', 'mfa'], steps: result.steps });
};

/** The code that a held password waits for. Where it ends, it ends as if the password had been wrong. */
const heldStep: Step = async (deps, call, form) => {
  const held = await deps.pending.takeHeld(call.interaction.uid);
  if (held === undefined) return { next: true };
  const code = (form.get('code') ?? '').replaceAll(' ', '');
  const result = await deps.signIn.checkHeld({ held, code, ...originOf(call) });
  const amr = ['pwd', 'otp', 'mfa'];
  // Without one the password was not right, and nobody passes.
  const { generation = Number.NaN } = held;
  const isGood =
    result.outcome === 'passed' &&
    isOpenTo(call.client, result.person.accountId) &&
    !isSignInOver(result.person, { generation, amr, steps: [] });
  const told: SignInResult =
    isGood || result.outcome === 'refused'
      ? result
      : { outcome: 'refused', reason: 'credentials', person: result.person };
  await note(deps, call, { name: 'PasswordSignIn', method: 'mfa', result: told });
  if (told.outcome === 'refused')
    return await showSignIn(deps, call, { typed: { account: '', name: '' }, refusal: told });
  return goOn(deps, call, { person: told.person, generation, amr, steps: told.steps });
};

const changePasswordStep: Step = async (deps, call, form) => {
  const { pending } = call;
  // Only once MFA is through: a stolen password alone must not be able to replace itself.
  if (pending?.steps[0] !== 'change-password') return { next: true };
  const { person } = pending;
  const newPassword = form.get('newPassword') ?? '';
  if (newPassword !== form.get('repeated'))
    return showChangePassword(call, person, 'The two passwords are not the same.');
  let changed: Person;
  try {
    changed = await deps.signIn.changePassword(person, newPassword);
  } catch (error) {
    if (!(error instanceof ServiceError) || error.fault !== 'Sender') throw error;
    return showChangePassword(call, person, `${error.message}.`);
  }
  const steps = pending.steps.slice(1);
  await note(deps, call, {
    name: 'ChangePassword',
    method: 'password',
    result: { outcome: 'passed', person: changed, steps },
  });
  return goOn(deps, call, { ...pending, person: changed, generation: changed.loginGeneration, steps });
};

export const SIGN_IN_STEPS: Readonly<Record<string, Step>> = {
  password: passwordStep,
  mfa: mfaStep,
  held: heldStep,
  'change-password': changePasswordStep,
};
