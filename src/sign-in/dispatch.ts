import type { Form } from '../http/read-form.ts';
import type { PageShown, SignInCall, SignInDependencies, SignInStep, StepResult } from './sign-in-step.ts';
import { changePasswordStep } from './steps/change-password-step.ts';
import { heldPasswordStep } from './steps/held-password-step.ts';
import { mfaStep } from './steps/mfa-step.ts';
import { passwordStep } from './steps/password-step.ts';

/** The steps of a sign-in, in order. What is stored says which one is due; the first one is if nothing is stored. */
export const SIGN_IN_STEPS: readonly SignInStep[] = [passwordStep, heldPasswordStep, mfaStep, changePasswordStep];

/** The step to be done next, by what is stored of the sign-in. */
export function dueStep(call: Pick<SignInCall, 'pending'>): SignInStep {
  return SIGN_IN_STEPS.find((step) => step.isDue(call)) ?? passwordStep;
}

/** The page of the step that is due. */
export async function showDueStep(deps: SignInDependencies, call: SignInCall): Promise<PageShown> {
  return await dueStep(call).page(deps, call);
}

/**
 * Does what a form is for. A form of a step that is not due (any more) changes nothing and leads to the one that is.
 * @returns `undefined` if no step has this name.
 */
export async function runStep(
  deps: SignInDependencies,
  call: SignInCall,
  { name, form }: { readonly name: string; readonly form: Form },
): Promise<StepResult | undefined> {
  const step = SIGN_IN_STEPS.find((each) => each.name === name);
  if (step === undefined) return undefined;
  if (!step.runsAnytime && !step.isDue(call)) return { next: true };
  return await step.run(deps, call, form);
}
