import type { Context } from 'koa';
import type { SamlCheck, SamlFault } from '../../federation/saml/fault.ts';
import { showErrorPage } from '../../http/error-page.ts';
import { say } from '../../http/messages/say.ts';
import type { Person } from '../../identity/credentials/people.ts';
import type { StatusCode } from '../answers/response.ts';
import type { Bridge } from '../context/bridge-dependencies.ts';

/** The checks of our own, beside those of messages. */
export type BridgeCheck = SamlCheck | StatusCode | 'application' | 'idp-initiated' | 'relay-state' | 'ended';

/** A message that is not answered: its sender is unknown, or nobody can tell where an answer would go. */
export class MessageRefused extends Error {
  override readonly name = 'MessageRefused';
  readonly check: BridgeCheck;
  /** The entity id that the message names, or the application. */
  readonly sender: string | undefined;

  constructor(check: BridgeCheck, message: string, sender?: string) {
    super(message);
    this.check = check;
    this.sender = sender;
  }

  static of({ check, message }: SamlFault, sender?: string): MessageRefused {
    return new MessageRefused(check, message, sender);
  }
}

/** What is audited of a sign-on or a sign-out. No content of assertions. */
export interface BridgeEvent {
  readonly name: 'SamlSignOn' | 'SamlSignOut' | 'RefreshCertificates';
  readonly outcome: 'allowed' | 'refused';
  /** Of the identity provider. Its administrators see what happens without a person. */
  readonly accountId: string;
  readonly person?: Person | undefined;
  readonly mfa?: boolean;
  readonly applicationId?: string | undefined;
  readonly errorCode?: BridgeCheck;
  readonly request: Readonly<Record<string, unknown>>;
}

export async function auditBridge({ browsers }: Bridge, ctx: Context, event: BridgeEvent): Promise<void> {
  const { applicationId: clientId, ...rest } = event;
  await browsers.recordEvent({ ...rest, clientId, method: 'saml', source: browsers.factsOf(ctx.req) });
}

/** Shows, audits and counts a refusal that goes to no application. */
export async function showRefusal(
  bridge: Bridge,
  ctx: Context,
  { name, accountId, refusal }: Pick<BridgeEvent, 'name' | 'accountId'> & { readonly refusal: MessageRefused },
): Promise<void> {
  const { check, message, sender } = refusal;
  (name === 'SamlSignOn' ? bridge.observe : bridge.observeLogout)(check);
  const request = { detail: message, ...(sender !== undefined && { sender }) };
  await auditBridge(bridge, ctx, { name, accountId, outcome: 'refused', errorCode: check, request });
  ctx.status = 400;
  showErrorPage(ctx, {
    title: name === 'SamlSignOn' ? say('connectors.signInFailed') : say('connectors.signOutFailed'),
    message: say('apps.notAccepted'),
    code: check,
    facts: [[say('apps.reason'), message], ...(sender === undefined ? [] : [[say('apps.app'), sender] as const])],
    requestId: bridge.browsers.factsOf(ctx.req).requestId,
  });
}
