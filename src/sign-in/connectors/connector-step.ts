import { LoginRefused } from '../../federation/connectors/login-refused.ts';
import { say } from '../../http/messages/say.ts';
import type { Connector } from '../../identity/documents/connector.ts';
import { CONNECTOR_STEP } from '../pages/connector-buttons.ts';
import type { SignInCall, SignInDependencies, SignInStep, StepResult } from '../sign-in-step.ts';
import { showSignIn } from '../steps/show-sign-in.ts';
import { connectorMessage, connectorStatus } from './connector-messages.ts';
import { showDirectory } from './directory-step.ts';

const UNKNOWN = say('connectors.unknownWay');

/** Sends the browser to a provider, or shows the page for a name and a password. If that is down, the person may sign in another way. */
async function leaveFor(
  deps: SignInDependencies,
  call: SignInCall,
  { connector, loginHint }: { readonly connector: Connector; readonly loginHint: string | undefined },
): Promise<StepResult> {
  if (deps.connectors.takesPassword(connector)) return showDirectory(call, { connector, name: loginHint ?? '' });
  try {
    return { leave: await deps.connectors.begin(call, connector, loginHint) };
  } catch (error) {
    if (!(error instanceof LoginRefused)) throw error;
    await deps.connectors.refused(call, connector, error);
    const message = say('frame.withReference', {
      message: connectorMessage(error, connector.displayName),
      id: call.source.requestId,
    });
    return await showSignIn(deps, call, { text: { status: connectorStatus(error), message } });
  }
}

/** The button of a connector. */
export const connectorStep: SignInStep = {
  name: CONNECTOR_STEP,
  isDue: () => false,
  page: (deps, call) => showSignIn(deps, call),
  async run(deps, call, form) {
    const connector = await deps.connectors.offered.byName(call.app, form.get('connector') ?? '');
    if (connector === undefined) return await showSignIn(deps, call, { text: { status: 400, message: UNKNOWN } });
    return await leaveFor(deps, call, { connector, loginHint: form.get('address') ?? call.hint });
  },
  runsAnytime: true,
};

/** Goes where the app asked for, without a page in between; `undefined` if the person is to see the page that is due. */
export async function leaveAsAsked(deps: SignInDependencies, call: SignInCall): Promise<StepResult | undefined> {
  if (call.askedConnector === undefined || call.pending !== undefined) return undefined;
  const connector = await deps.connectors.offered.byName(call.app, call.askedConnector);
  return connector && (await leaveFor(deps, call, { connector, loginHint: call.hint }));
}
