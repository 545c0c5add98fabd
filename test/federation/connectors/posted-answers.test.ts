import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readForms } from '../../../harness/html-forms.ts';
import { hashedId } from '../../../src/keys/hashed-id.ts';
import { EPHEMERAL_KEYS } from '../../../src/ports/ephemeral-keys.ts';
import { expectLeft, expectPage } from '../../oidc/app.ts';
import { byPost } from './by-post.ts';
import { type Browser, type ConnectorScene, connectorScene, googleLike, openBrowser, openSignIn } from './scene.ts';

/** Answers that a provider has the browser post from its own site: without cookies, as `SameSite=Lax` has it. */

let scene: ConnectorScene;
beforeAll(async () => {
  scene = await connectorScene({ connectors: byPost('google') });
  scene.outside.people.set('alice', { hd: 'corp.example', preferred_username: 'alice' });
  await scene.configure([googleLike(scene), googleLike(scene, { name: 'other', displayName: 'Other' })]);
});
afterAll(() => scene.close());

/** Goes to the provider, which shows a form that posts its answer. */
async function answerOf(browser: Browser, button = 'continue with google'): Promise<URLSearchParams> {
  const { page } = await openSignIn(scene, browser);
  scene.outside.next = 'alice';
  const shown = await browser.outside.open(expectLeft(await page.submit(button)).href);
  if (shown.kind === 'left') return shown.url.searchParams;
  const fields = readForms(shown.html).flatMap((form) => form.fields);
  return new URLSearchParams(fields.map(({ name, value }) => [name, value]));
}

/** Posts an answer without cookies; answers where the browser goes next, or the status of the page. */
async function post(body: URLSearchParams | string, connector = 'google'): Promise<{ next: string; status: number }> {
  const answer = await fetch(`${scene.url}/federation/${connector}/callback`, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: String(body),
  });
  await answer.body?.cancel();
  return { next: new URL(answer.headers.get('location') ?? '/', scene.url).href, status: answer.status };
}

async function heldUnder(state: string | null): Promise<string | undefined> {
  return await scene.ephemeral.get(EPHEMERAL_KEYS.heldAnswer.of(hashedId(state ?? '')));
}

test('a posted answer signs in once the browser comes with its cookies, and only once', async () => {
  const browser = openBrowser(scene);
  const answer = await answerOf(browser);
  const { next, status } = await post(answer);
  expect(status).toBe(303);
  expect(next).not.toContain(answer.get('code') ?? '-');
  expect(expectPage(await browser.person.open(next)).heading).toContain('Allow');
  expect(scene.outcomes.at(-1)).toBe('ok');
  expect(expectPage(await browser.person.open(next)).heading).toBe('Sign-in did not work');
  expect(scene.outcomes.at(-1)).toBe('state');
  const again = await post(answer);
  expect(expectPage(await browser.person.open(again.next)).heading).toBe('Sign-in did not work');
  expect(scene.outcomes.at(-1)).toBe('state');
});

test('a form that is sent twice before the browser comes is one answer', async () => {
  const browser = openBrowser(scene);
  const answer = await answerOf(browser);
  const [first, second] = [await post(answer), await post(answer)];
  expect(second).toEqual(first);
  expect(expectPage(await browser.person.open(second.next)).heading).toContain('Allow');
});

test('login CSRF: in another browser it signs nobody in, and is used up', async () => {
  const browser = openBrowser(scene);
  const { next } = await post(await answerOf(browser));
  const victim = openBrowser(scene);
  await openSignIn(scene, victim);
  expect(expectPage(await victim.person.open(next)).heading).toBe('Sign-in did not work');
  expect(scene.outcomes.at(-1)).toBe('browser');
  expect(expectPage(await browser.person.open(next)).heading).toBe('Sign-in did not work');
});

test('what is held is sealed, and neither the record nor the address has it', async () => {
  const answer = await answerOf(openBrowser(scene));
  await post(answer);
  const held = await heldUnder(answer.get('state'));
  expect(held).toMatch(/^v1\./);
  expect(`${held} ${JSON.stringify(scene.events)}`).not.toContain(answer.get('code') ?? '-');
});

describe('nothing is held', () => {
  test.each([
    ['for a state that nobody waits for', 'state=guessed&code=c', 'google', 'state'],
    ['without a state', 'code=c', 'google', 'state'],
    ['for a repeated parameter', 'state=a&state=b', 'google', 'state'],
  ])('%s', async (_, body, connector, check) => {
    expect((await post(body, connector)).status).toBe(400);
    expect(scene.outcomes.at(-1)).toBe(check);
    expect(await heldUnder(new URLSearchParams(body).get('state'))).toBeUndefined();
  });

  test.each<[string, (state: string) => string]>([
    ['one of whose characters was changed', (state) => `${state.startsWith('A') ? 'B' : 'A'}${state.slice(1)}`],
    ['with another MAC', (state) => `${state.slice(0, -3)}${state.endsWith('AAA') ? 'BBB' : 'AAA'}`],
    ['that was cut short', (state) => state.slice(0, -1)],
    ['with something behind it', (state) => `${state}A`],
    ['spelled differently, for the same bytes', (state) => `${state.slice(0, 5)}.${state.slice(5)}`],
    ['padded', (state) => `${state}==`],
  ])('for a genuine state %s', async (_, change) => {
    const answer = await answerOf(openBrowser(scene));
    answer.set('state', change(answer.get('state') ?? ''));
    expect((await post(answer)).status).toBe(400);
    expect(scene.outcomes.at(-1)).toBe('state');
    expect(await heldUnder(answer.get('state'))).toBeUndefined();
  });

  test('at the address of another connector', async () => {
    const answer = await answerOf(openBrowser(scene));
    expect((await post(answer, 'other')).status).toBe(400);
    expect(scene.outcomes.at(-1)).toBe('mix-up');
    expect(await heldUnder(answer.get('state'))).toBeUndefined();
  });

  test('of a provider that was not asked to post', async () => {
    const answer = await answerOf(openBrowser(scene), 'continue with other');
    expect((await post(answer, 'other')).status).toBe(400);
    expect(scene.outcomes.at(-1)).toBe('parameters');
    expect(await heldUnder(answer.get('state'))).toBeUndefined();
  });

  test('of an answer that is too large', async () => {
    const answer = await answerOf(openBrowser(scene));
    answer.set('code', 'c'.repeat(128 * 1024));
    expect((await post(answer)).status).toBe(413);
    expect(await heldUnder(answer.get('state'))).toBeUndefined();
  });
});

test('a sign-in that an earlier version began: its state shows nothing, so it is looked up', async () => {
  const browser = openBrowser(scene);
  const answer = await answerOf(browser);
  const former = 'f'.repeat(43);
  const keyOf = (state: string) => EPHEMERAL_KEYS.connectorAttempt.of(hashedId(state));
  const attempt = await scene.ephemeral.take(keyOf(answer.get('state') ?? ''));
  await scene.ephemeral.set(keyOf(former), attempt ?? '', EPHEMERAL_KEYS.connectorAttempt.lifetime);
  answer.set('state', former);
  const { next } = await post(answer);
  expect(expectPage(await browser.person.open(next)).heading).toContain('Allow');
});

test('an answer in the URL, where it was to be posted, is refused', async () => {
  const browser = openBrowser(scene);
  const answer = await answerOf(browser);
  const page = expectPage(await browser.person.open(`${scene.url}/federation/google/callback?${answer}`));
  expect(page.heading).toBe('Sign-in did not work');
  expect(scene.outcomes.at(-1)).toBe('parameters');
});

test('of one address no more is held at a time than its share', async () => {
  const answers = await Promise.all(Array.from({ length: 2 }, () => answerOf(openBrowser(scene))));
  const [first = new URLSearchParams(), second = new URLSearchParams()] = answers;
  // A form that is sent again replaces the first one, but counts.
  const large = new URLSearchParams(first);
  large.set('code', 'c'.repeat(120 * 1024));
  let status = 303;
  for (let sent = 0; status === 303 && sent < 100; sent++) status = (await post(large)).status;
  expect(status).toBe(429);
  expect((await post(second)).status).toBe(303);
  expect((await post(large)).status).toBe(429);
  expect(scene.outcomes.at(-1)).toBe('busy');
  expect(scene.events.at(-1)).toMatchObject({ eventName: 'ConnectorSignIn', errorCode: 'busy' });
});
