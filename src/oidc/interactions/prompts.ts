import { showDueStep } from '../../sign-in/dispatch.ts';
import type { PageShown, SignInDependencies } from '../../sign-in/sign-in-step.ts';
import { NOT_ASSIGNED } from '../features/interactions.ts';
import { UNMET } from '../step-up/step-up.ts';
import { showConsent } from './consent.ts';
import type { InteractionCall } from './interaction-call.ts';
import { showNotAssigned } from './not-assigned.ts';
import { showSelectAccount } from './select-account.ts';
import { showUnmet } from './unmet.ts';

type ShowPrompt = (deps: SignInDependencies, call: InteractionCall) => Promise<PageShown>;

/** oidc-provider's prompts, and their pages. */
const PROMPTS: ReadonlyMap<string, ShowPrompt> = new Map([
  ['login', showDueStep],
  ['select_account', showSelectAccount],
  ['consent', showConsent],
  [NOT_ASSIGNED, showNotAssigned],
  [UNMET, showUnmet],
]);

/** The page of an interaction. */
export async function showPrompt(deps: SignInDependencies, call: InteractionCall): Promise<PageShown> {
  const { name } = call.interaction.prompt;
  const show = PROMPTS.get(name);
  if (show === undefined) throw new TypeError(`no page asks for ${name}`);
  return await show(deps, call);
}
