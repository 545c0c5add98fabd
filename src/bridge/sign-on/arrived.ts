import type { Context } from 'koa';
import type { ArrivedMessage } from '../../federation/connectors/logout-connector.ts';
import { readFormText } from '../../http/read-form.ts';
import { parametersOf } from '../../sign-in/connectors/parameters-of.ts';
import { MessageRefused } from '../pages/bridge-audit.ts';

/** In bytes. A message with its certificate has 2 to 8 KiB, and a RelayState may be as large again. */
const MESSAGE_LIMIT = 192 * 1024;
/** Service providers should send at most 80 bytes (SAML V2.0 Bindings §3.4.3). Several send whole URLs with their state. */
const RELAY_STATE_LIMIT = 8 * 1024;

/** A message as the browser brought it. @throws {MessageRefused} encoding, if a parameter is repeated. */
export async function arrivedMessage(ctx: Context): Promise<ArrivedMessage> {
  if (ctx.method !== 'POST') return { binding: 'redirect', rawQuery: ctx.querystring };
  const fields = parametersOf(await readFormText(ctx.req, MESSAGE_LIMIT));
  if (fields === undefined) throw new MessageRefused('encoding', 'a field of the form is repeated');
  return { binding: 'post', fields };
}

/** RelayState is carried, never read: nothing here redirects to it. @throws {MessageRefused} relay-state */
export function checkedRelayState(relayState: string | undefined): string | undefined {
  if (relayState !== undefined && Buffer.byteLength(relayState) > RELAY_STATE_LIMIT) {
    throw new MessageRefused('relay-state', `the RelayState has more than ${RELAY_STATE_LIMIT} bytes`);
  }
  return relayState;
}
