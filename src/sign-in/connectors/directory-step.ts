import type { LoginRefused } from '../../federation/connectors/login-refused.ts';
import type { Text } from '../../http/html.ts';
import { say } from '../../http/messages/say.ts';
import type { Connector } from '../../identity/documents/connector.ts';
import { tooManyFailures } from '../pages/describe-wait.ts';
import { DIRECTORY_STEP, directoryPage } from '../pages/directory-page.ts';
import type { PageShown, PasswordOutcome, SignInCall, SignInStep } from '../sign-in-step.ts';
import { showSignIn } from '../steps/show-sign-in.ts';
import { asksForReference, connectorMessage, connectorStatus } from './connector-messages.ts';

const UNKNOWN = say('connectors.unknownWay');

interface Shown {
  readonly connector: Connector;
  readonly name: string;
  readonly refusal?: Extract<PasswordOutcome, { readonly refused: LoginRefused }>;
}

/** The page on which people type their name and password at a directory. */
export function showDirectory(call: SignInCall, { connector, name, refusal }: Shown): PageShown {
  const { target, app, chooseAt } = call;
  const title = say('signIn.signInWith', { provider: connector.displayName });
  const error = refusal && textOf(call, connector, refusal);
  return {
    title: error === undefined ? title : say('frame.errorTitle', { title }),
    status: refusal === undefined ? 200 : connectorStatus(refusal.refused),
    waitMs: refusal?.waitMs,
    show: directoryPage({ target, clientName: app.name, connector, name, chooseAt, error }),
  };
}

function textOf(
  { source }: SignInCall,
  { displayName }: Connector,
  { refused, waitMs }: NonNullable<Shown['refusal']>,
): Text {
  if (waitMs !== undefined) return tooManyFailures(waitMs);
  const message = connectorMessage(refused, displayName);
  return asksForReference(refused) ? say('frame.withReference', { message, id: source.requestId }) : message;
}

/** Name and password at a directory. */
export const directoryStep: SignInStep = {
  name: DIRECTORY_STEP,
  // Its page is the answer to a button: a reload starts over.
  isDue: () => false,
  page: (deps, call) => showSignIn(deps, call),
  async run(deps, call, form) {
    const { offered, takesPassword, checkPassword } = deps.connectors;
    const connector = await offered.byName(call.app, form.get('connector') ?? '');
    if (connector === undefined || !takesPassword(connector)) {
      return await showSignIn(deps, call, { text: { status: 400, message: UNKNOWN } });
    }
    const typed = { name: (form.get('name') ?? '').trim(), password: form.get('password') ?? '' };
    const outcome = await checkPassword(call, connector, typed);
    return 'passed' in outcome ? outcome : showDirectory(call, { connector, name: typed.name, refusal: outcome });
  },
  runsAnytime: true,
};
