import type { Form } from '../../http/read-form.ts';
import type { SignInResult } from '../../identity/sign-in/sign-in-result.ts';
import type { TypedName } from '../pages/typed-name.ts';
import { typedText } from '../sign-in-names.ts';
import type { SignInCall, SignInDependencies, SignInStep, StepResult } from '../sign-in-step.ts';
import { isKeepable } from '../typed-names.ts';
import { showHeldPassword } from './held-password-page.ts';
import { showName, showRefused, showSignIn } from './show-sign-in.ts';
import { auditStep, originOf, refusalText } from './step-outcome.ts';

/** Shows the first page again, because something is missing. */
function askFor(
  missing: 'name' | 'account',
  deps: SignInDependencies,
  call: SignInCall,
  typed: TypedName,
): Promise<StepResult> {
  return showName(deps, call, { typed, text: refusalText({ reason: `no-${missing}` }), wrongField: missing });
}

/** Both pages of the sign-in have the same form. Without a password, the name is only kept, for the second page. */
async function run(deps: SignInDependencies, call: SignInCall, form: Form): Promise<StepResult> {
  const typed = { account: (form.get('account') ?? '').trim(), name: (form.get('name') ?? '').trim() };
  const password = form.get('password') ?? '';
  if (!isKeepable(typed)) return await askFor('name', deps, call, typed);
  if (password !== '') return await check(deps, call, { typed, password });
  return (await deps.names.needsAccount(typed)) ? await askFor('account', deps, call, typed) : { named: typed };
}

async function check(
  deps: SignInDependencies,
  call: SignInCall,
  { typed, password }: { readonly typed: TypedName; readonly password: string },
): Promise<StepResult> {
  const who = await deps.names.meant(typed);
  if (who === undefined) return await askFor('account', deps, call, typed);
  const result = await deps.signIn.checkPassword({
    name: who,
    typed: typedText(typed),
    password,
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
      return await showRefused(deps, call, disclosed, typed);
    await deps.pending.hold(call.id, disclosed.held);
    return showHeldPassword(call, disclosed.waitMs);
  }
  const { person, amr, steps, failures } = disclosed;
  return { passed: { person, generation: person.loginGeneration, amr, steps, failures } };
}

export const passwordStep: SignInStep = {
  name: 'password',
  isDue: ({ pending }) => pending === undefined,
  page: (deps, call) => showSignIn(deps, call),
  run,
  runsAnytime: true,
};
