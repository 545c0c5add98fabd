import type { Form } from '../../http/read-form.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import { runStep, showDueStep } from '../../sign-in/dispatch.ts';
import type { PageShown, SignInDependencies } from '../../sign-in/sign-in-step.ts';
import { cancelStep, consentStep, showConsent } from './consent-steps.ts';
import { type InteractionCall, loginResult, type Step, type StepOutcome } from './interaction-step.ts';
import { keepAccountStep, otherAccountStep, showSelectAccount } from './select-account-steps.ts';

/** What oidc-provider asks a person for: its page, and which forms it takes. */
interface Prompt {
  page(deps: SignInDependencies, call: InteractionCall): Promise<PageShown>;
  readonly forms: ReadonlyMap<string, Step>;
  /** Whether it also takes the forms of a sign-in: consent cannot be given where a sign-in is asked for, nor the other way round. */
  readonly signsIn: boolean;
}

const PROMPTS: ReadonlyMap<string, Prompt> = new Map([
  ['login', { page: showDueStep, forms: new Map([['cancel', cancelStep]]), signsIn: true }],
  [
    'select_account',
    {
      page: showSelectAccount,
      forms: new Map([
        ['keep-account', keepAccountStep],
        ['other-account', otherAccountStep],
        ['cancel', cancelStep],
      ]),
      signsIn: true,
    },
  ],
  [
    'consent',
    {
      page: showConsent,
      forms: new Map([
        ['consent', consentStep],
        ['cancel', cancelStep],
      ]),
      signsIn: false,
    },
  ],
]);

/** The prompt of an interaction. */
export function promptOf({ interaction }: InteractionCall): Prompt {
  const prompt = PROMPTS.get(interaction.prompt.name);
  if (prompt === undefined) throw new TypeError(`no page asks for ${interaction.prompt.name}`);
  return prompt;
}

/** Does what a form is for. @throws {ServiceError} ValidationError if the prompt takes no such form. */
export async function runForm(deps: SignInDependencies, call: InteractionCall, form: Form): Promise<StepOutcome> {
  const { forms, signsIn } = promptOf(call);
  const name = form.get('step') ?? '';
  const own = forms.get(name);
  if (own !== undefined) return await own(deps, call, form);
  const result = signsIn ? await runStep(deps, call, { name, form }) : undefined;
  if (result === undefined) throw new ServiceError('ValidationError', 'The form could not be read.');
  return 'signedIn' in result ? { finish: loginResult(result.signedIn) } : result;
}
