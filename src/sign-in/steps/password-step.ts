import type { Text } from '../../http/html.ts';
import { say } from '../../http/messages/say.ts';
import type { Form } from '../../http/read-form.ts';
import type { SignInResult } from '../../identity/sign-in/sign-in-result.ts';
import { connectorButtons } from '../pages/connector-buttons.ts';
import { passkeyButton } from '../pages/passkey-button.ts';
import { signInPage } from '../pages/sign-in-page.ts';
import { type TypedName, typedText } from '../sign-in-names.ts';
import type { PageShown, SignInCall, SignInDependencies, SignInStep, StepResult } from '../sign-in-step.ts';
import { showHeldPassword } from './held-password-page.ts';
import { auditStep, originOf, type Refusal, refusalText } from './step-outcome.ts';

interface SignInShown {
  readonly typed: TypedName;
  readonly refusal?: Refusal;
  /** Default: the words for the refusal. */
  readonly text?: { readonly status: number; readonly message: Text; readonly waitMs?: number } | undefined;
}

export async function showSignIn(
  { names, signIn, connectors: { offered } }: SignInDependencies,
  call: SignInCall,
  { typed, refusal, text = refusal && refusalText(refusal) }: SignInShown,
): Promise<PageShown> {
  const { target, app } = call;
  const title = say('signIn.title');
  return {
    title: text === undefined ? title : say('frame.errorTitle', { title }),
    status: text?.status ?? 200,
    waitMs: text?.waitMs,
    show: signInPage({
      target,
      clientName: app.name,
      error: text?.message,
      wrongField: refusal?.reason === 'no-account' ? 'account' : undefined,
      hasOneAccount: await names.hasOneAccount(),
      passkey: passkeyButton(target, signIn.askForPasskey({ signIn: call.id })),
      elsewhere: connectorButtons({
        target,
        buttons: await offered.buttons(app),
        hasDomains: await offered.hasDomains(app),
        address: call.hint ?? '',
      }),
      ...typed,
    }),
  };
}

async function run(deps: SignInDependencies, call: SignInCall, form: Form): Promise<StepResult> {
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
  // An app that is not open to the person's account answers as for a wrong password.
  const disclosed: SignInResult =
    result.outcome === 'passed' && !call.app.isOpenTo(result.person.accountId)
      ? { outcome: 'refused', reason: 'credentials', person: result.person }
      : result;
  await auditStep(deps, call, { name: 'PasswordSignIn', method: 'password', result: disclosed });
  if (disclosed.outcome === 'refused') {
    if (disclosed.reason !== 'throttled' || disclosed.held === undefined)
      return await showSignIn(deps, call, { typed, refusal: disclosed });
    await deps.pending.hold(call.id, disclosed.held);
    return showHeldPassword(call, disclosed.waitMs);
  }
  const { person, amr, steps } = disclosed;
  return { passed: { person, generation: person.loginGeneration, amr, steps } };
}

export const passwordStep: SignInStep = {
  name: 'password',
  isDue: ({ pending }) => pending === undefined,
  page: (deps, call) => showSignIn(deps, call, { typed: { account: '', name: call.hint ?? '' } }),
  run,
  runsAnytime: true,
};
