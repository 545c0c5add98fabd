import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as oidc from 'openid-client';
import { newPerson } from '../../harness/person.ts';
import { APPS, beginLogin, discover, expectLeft, expectPage, typeIn } from './app.ts';
import { type Installation, install } from './installation.ts';

/** What nginx, and others after it, buffer of an answer's head unless told otherwise (docs/operations.md, "Header sizes"). */
const BUFFER = 4096;

let installation: Installation;
const realFetch = globalThis.fetch;
/** The largest head of an answer so far. */
let largest = 0;
beforeAll(async () => {
  installation = await install({ clients: APPS });
  const measured: typeof fetch = async (...args) => {
    const answer = await realFetch(...args);
    const lines = [...answer.headers].map(([name, value]) => `${name}: ${value}\r\n`);
    largest = Math.max(
      largest,
      Buffer.byteLength(`HTTP/1.1 ${answer.status} ${answer.statusText}\r\n${lines.join('')}\r\n`),
    );
    return answer;
  };
  globalThis.fetch = measured;
});
afterAll(async () => {
  globalThis.fetch = realFetch;
  await installation.close();
});

describe('response headers stay below 4 KB', () => {
  test('for a person with the longest name and path, and an app with 2.5 KB of `state`', async () => {
    const name = 'n'.repeat(64);
    await installation.addUser(name, { path: `/${'p'.repeat(500)}/`, email: `${'e'.repeat(200)}@example.com` });
    const app = await discover(installation);
    const person = newPerson(installation.url);
    largest = 0;
    const { url, checks } = await beginLogin(app, { state: 's'.repeat(2500) });
    const consent = expectPage(
      await typeIn(expectPage(await person.open(url.href)), { account: 'example', user: name }),
    );
    const callback = expectLeft(await consent.submit('allow'));
    expect(callback.searchParams.get('state')).toHaveLength(2500);
    await oidc.authorizationCodeGrant(app, callback, { ...checks, expectedState: 's'.repeat(2500) });
    expect(largest).toBeGreaterThan(2500);
    expect(largest).toBeLessThan(BUFFER);
  });
});
