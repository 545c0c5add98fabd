import { readFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newPerson } from '../../../harness/person.ts';
import { temporaryDirectory } from '../../../harness/temporary-directory.ts';
import { openTestAuthorities, server as serverExtensions } from '../../../harness/test-authority.ts';
import { until } from '../../support/until.ts';
import { SECRET } from '../app.ts';
import { ACCOUNT, type Installation, install } from '../installation.ts';
import { askAndWait, atRequests, begin, CIBA_CLIENTS, openOnly, outcomesOf } from './ciba-scene.ts';

interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const TOKEN = 'a-bearer-token-of-the-client.0123456789==';
const directory = temporaryDirectory();
const received: Received[] = [];
/** The statuses that the client's server answers with next; 204 without any. */
const statuses: number[] = [];
let site: ReturnType<typeof createServer>;
let installation: Installation;
let ca: string;
let clients: typeof CIBA_CLIENTS;

beforeAll(async () => {
  const issued = openTestAuthorities(directory.path).issue('site', undefined, {
    extensions: serverExtensions('DNS:localhost'),
  });
  ca = issued.pem;
  site = createServer({ cert: ca, key: readFileSync(issued.keyFile) }, async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    received.push({ path: request.url ?? '', headers: request.headers, body });
    const status = statuses.shift() ?? 204;
    response.writeHead(status, { location: '/elsewhere' }).end(status === 200 ? '{"not":"read"}' : undefined);
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  const { port } = site.address() as AddressInfo;
  clients = ['ping', 'other'].map((clientId) => ({
    accountId: ACCOUNT,
    clientId,
    clientSecret: SECRET,
    metadata: {
      ...CIBA_CLIENTS[0]?.metadata,
      backchannel_token_delivery_mode: 'ping',
      backchannel_client_notification_endpoint: `https://localhost:${port}/cb`,
    },
  }));
  installation = await install({ clients, allowPrivateNetworks: true, appAuthorities: ca });
  await installation.addUser('alice');
});
afterAll(async () => {
  site.closeAllConnections();
  site.close();
  directory.remove();
  await installation.close();
});

const FORM = { client_id: 'ping', login_hint: 'alice', client_notification_token: TOKEN };

async function answer(which: Installation, button: 'allow' | 'deny') {
  const request = await askAndWait(which, FORM);
  await (await openOnly(await atRequests(which, 'alice', { person: newPerson(which.url) }))).submit(button);
  return request;
}

test('[CIBA Core §7.1] in ping mode, a bearer token for the notification is needed', async () => {
  const { client_notification_token: _, ...without } = FORM;
  for (const form of [
    without,
    { ...FORM, client_notification_token: 'a b' },
    { ...FORM, client_notification_token: 'a'.repeat(1025) },
  ]) {
    expect(await begin(installation, form)).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
  }
});

test('[CIBA Core §10.2] the client is told by its own token and the id, and redeems it once', async () => {
  received.length = 0;
  const request = await answer(installation, 'allow');
  await until(() => received.length > 0);
  const [{ path, headers, body } = {} as Received] = received;
  expect([path, headers.authorization, headers['content-type']]).toEqual([
    '/cb',
    `Bearer ${TOKEN}`,
    'application/json',
  ]);
  expect(JSON.parse(body)).toEqual({ auth_req_id: request.id });
  expect((await request.poll()).status).toBe(200);
  expect((await request.poll()).body['error']).toBe('invalid_grant');
  await until(() => outcomesOf(installation).includes('notified'));
  // It is told of a denial, too.
  const denied = await answer(installation, 'deny');
  await until(() => received.length > 1);
  expect(JSON.parse(received[1]?.body ?? '')).toEqual({ auth_req_id: denied.id });
  expect((await denied.poll()).body['error']).toBe('access_denied');
});

test('[FAPI-CIBA ping-backchannel-notification-endpoint-response-body, fapi-ciba-id1] an answer with a body, and the longest token', async () => {
  received.length = 0;
  statuses.push(200);
  const token = 'a'.repeat(1024);
  const request = await askAndWait(installation, { ...FORM, client_notification_token: token });
  await (await openOnly(await atRequests(installation, 'alice'))).submit('allow');
  await until(() => received.length > 0);
  expect(received[0]?.headers.authorization).toBe(`Bearer ${token}`);
  expect((await request.poll()).status).toBe(200);
});

test('[S43] [FAPI-CIBA ping-backchannel-notification-endpoint-return-401-…, -403-…, -redirect-request] the notification is tried again only if the client’s server failed; its token is in no log or event', async () => {
  received.length = 0;
  statuses.push(503);
  await answer(installation, 'allow');
  await until(() => received.length === 2);
  for (const status of [400, 401, 403, 301, 302]) {
    received.length = 0;
    const failed = () => outcomesOf(installation).filter((outcome) => outcome === 'not-notified').length;
    const before = failed();
    statuses.push(status);
    await answer(installation, 'allow');
    await until(() => failed() > before);
    // Redirects are not followed.
    expect(received.map(({ path }) => path)).toEqual(['/cb']);
  }
  const seen = JSON.stringify([installation.events, installation.errors.map(String), installation.outcomes]);
  expect(seen).not.toContain(TOKEN);
  expect(String(installation.errors.at(-1))).toContain('ping did not accept the notification');
});

test('[S47] addresses inside are not called unless the operator allows it', async () => {
  received.length = 0;
  const outside = await install({ clients, appAuthorities: ca });
  await outside.addUser('alice');
  const request = await answer(outside, 'allow');
  // The answer is there all the same: the client may poll.
  expect((await request.poll()).status).toBe(200);
  await outside.close();
  expect(received).toEqual([]);
  expect(outcomesOf(outside)).not.toContain('notified');
});
