import type { Form } from '../http/read-form.ts';
import { connectorStep } from './connectors/connector-step.ts';
import { directoryStep } from './connectors/directory-step.ts';
import { enrolFactorStep } from './policy/enrol-factor-step.ts';
import { type JudgedCall, judgeProgress, rememberOrigin } from './policy/judge-progress.ts';
import { refusedStep } from './policy/refused-step.ts';
import { strongFactorStep } from './policy/strong-factor-step.ts';
import type {
  Leaving,
  Named,
  PageShown,
  Progress,
  SignedIn,
  SignInCall,
  SignInDependencies,
  SignInStep,
} from './sign-in-step.ts';
import { changePasswordStep } from './steps/change-password-step.ts';
import { heldPasswordStep } from './steps/held-password-step.ts';
import { mfaStep } from './steps/mfa-step.ts';
import { passkeyStep } from './steps/passkey-step.ts';
import { passwordStep } from './steps/password-step.ts';
import { withStepUp } from './steps/step-up.ts';

/** The steps of a sign-in, in order. What is stored says which one is due; the first one is if nothing is stored. */
export const SIGN_IN_STEPS: readonly SignInStep[] = [
  passwordStep,
  passkeyStep,
  heldPasswordStep,
  mfaStep,
  strongFactorStep,
  enrolFactorStep,
  refusedStep,
  changePasswordStep,
  connectorStep,
  directoryStep,
];

/** The step that is due according to what is stored. */
export function dueStep(call: Pick<SignInCall, 'pending'>): SignInStep {
  return SIGN_IN_STEPS.find((step) => step.isDue(call)) ?? passwordStep;
}

/** Shows the page of the step that is due. */
export async function showDueStep(deps: SignInDependencies, call: SignInCall): Promise<PageShown> {
  return await dueStep(call).page(deps, call);
}

/** The end of the sign-in. */
interface Ended {
  readonly signedIn: SignedIn;
  /** The account's alias, or else its id. */
  readonly account: string;
}

/** The result of a form: a page, the page of whichever step is due next, another server, a name, or the end of the sign-in. */
export type FormResult = PageShown | { readonly next: true } | Leaving | Named | Ended;

/** Records that a step is done. After the last one, the person is signed in. */
export async function proceed(
  deps: Pick<SignInDependencies, 'pending' | 'signIn' | 'enforcement' | 'recordEvent'>,
  call: JudgedCall & Pick<SignInCall, 'asked'>,
  progress: Progress,
): Promise<{ readonly next: true } | Ended> {
  const { id, begun } = call;
  const { pending: pendings } = deps;
  const { person, ...pending } = withStepUp(deps, call, await judgeProgress(deps, call, progress));
  const { subject, accountAlias, accountId } = person;
  const { amr, generation, steps, origin } = pending;
  if (steps.length > 0) {
    await pendings.set(id, { ...pending, subject });
    return { next: true };
  }
  await pendings.forget(id);
  await rememberOrigin(deps, call, person);
  const signedIn = { subject, amr, at: Math.floor(begun / 1000), generation, origin };
  return { signedIn, account: accountAlias ?? accountId };
}

/**
 * Handles a form. A form of a step that is not due (any more) changes nothing and leads to the one that is.
 * @returns `undefined` if no step has this name.
 */
export async function runStep(
  deps: SignInDependencies,
  call: SignInCall,
  { name, form }: { readonly name: string; readonly form: Form },
): Promise<FormResult | undefined> {
  const step = SIGN_IN_STEPS.find((each) => each.name === name);
  if (step === undefined) return undefined;
  if (!step.runsAnytime && !step.isDue(call)) return { next: true };
  const result = await step.run(deps, call, form);
  return 'passed' in result ? await proceed(deps, call, result.passed) : result;
}
