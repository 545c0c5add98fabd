import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newPerson, type PageSeen, type Person, type Seen } from '../../harness/person.ts';
import { SIGN_IN_ACTIONS } from '../../src/identity/sign-in-policy/actions.ts';
import { beginLogin, discover, expectLeft, expectPage, typeIn } from '../oidc/app.ts';
import { type PolicyScene, policyScene } from './policy-scene.ts';
import { answerWith, newKey, optionsOn } from './policy-ways.ts';

const SPA = { redirect_uri: 'https://spa.example/callback', scope: 'openid' };
const ENROL = 'Add a second factor';
const REFUSED = 'Your account does not allow this sign-in';
const onlyFor = (app: string) => ({ StringEquals: { 'signin:App': app } });

let scene: PolicyScene;
let spa: Awaited<ReturnType<typeof discover>>;
beforeAll(async () => {
  scene = await policyScene();
  spa = await discover(scene, 'spa', null);
});
afterAll(() => scene.close());

/** Somebody with a password, signed in to the first app. */
async function signedIn(user: string): Promise<Person> {
  await scene.setPolicy();
  await scene.addUser(user);
  const person = newPerson(scene.url);
  const { url } = await beginLogin(scene.app);
  const page = expectPage(await typeIn(await person.open(url.href), { user }));
  expectLeft(await page.submit('allow'));
  return person;
}

async function openOther(person: Person, prompt?: string): Promise<Seen> {
  const { url } = await beginLogin(spa, SPA);
  if (prompt === undefined) url.searchParams.delete('prompt');
  else url.searchParams.set('prompt', prompt);
  return await person.open(url.href);
}
const judged = (from: number) => scene.events.slice(from).filter(({ eventName }) => eventName === 'SignInPolicy');

describe('[S30] a person who is signed in opens another app', () => {
  test('that the policy does not test: without another sign-in', async () => {
    const person = await signedIn('free');
    await scene.setPolicy(
      { Action: SIGN_IN_ACTIONS.withoutSecondFactor, Condition: onlyFor('app') },
      { Action: SIGN_IN_ACTIONS.anySignIn, Condition: onlyFor('elsewhere') },
    );
    expect(expectPage(await openOther(person)).heading).toBe('Allow Browser App?');
  });

  test('under a policy that tests no app: the session goes on', async () => {
    const person = await signedIn('goes-on');
    await scene.setPolicy({ Action: SIGN_IN_ACTIONS.withoutPhishingResistantFactor });
    expect(expectPage(await openOther(person)).heading).toBe('Allow Browser App?');
  });

  test('that needs a passkey: signs in again, and adds one', async () => {
    const person = await signedIn('adds');
    await scene.setPolicy({
      Sid: 'KeyForSpa',
      Action: SIGN_IN_ACTIONS.withoutPhishingResistantFactor,
      Condition: onlyFor('spa'),
    });
    const from = scene.events.length;
    const again = expectPage(await openOther(person));
    expect(again.heading).toBe('Sign in');
    expect(judged(from)).toMatchObject([
      { outcome: 'allowed', request: { decidedBy: 'KeyForSpa', next: 'sign-in' }, resources: ['spa'] },
    ]);
    const page = expectPage(await typeIn(again, { user: 'adds' }));
    expect(page.heading).toBe(ENROL);
    const key = newKey(scene);
    const added = await answerWith(page, 'Add a passkey', key.create(optionsOn(page)));
    const seen = await answerWith(added, 'Use a passkey', key.get(optionsOn(added)));
    expect(seen.heading).toBe('Allow Browser App?');
    expect(expectLeft(await seen.submit('allow')).searchParams.has('code')).toBe(true);
    // The session is strong enough from now on.
    expect(expectLeft(await openOther(person)).searchParams.has('code')).toBe(true);
  });

  test('that is refused to them: signs in again, and is told so', async () => {
    const person = await signedIn('refused');
    await scene.setPolicy({ Sid: 'NotSpa', Action: 'signin:*', Condition: onlyFor('spa') });
    const from = scene.events.length;
    const again = expectPage(await openOther(person));
    const page = (await typeIn(again, { user: 'refused' })) as PageSeen;
    expect(page).toMatchObject({ heading: REFUSED, status: 403 });
    expect(page.text).toContain('NotSpa');
    expect(judged(from).map(({ outcome }) => outcome)).toEqual(['allowed', 'refused']);
    // Nothing has been given to the app, and the next attempt is judged again.
    expect(expectPage(await openOther(person)).heading).toBe('Sign in');
  });

  test('without being asked (prompt=none): the app is told that a sign-in is needed', async () => {
    const person = await signedIn('silent');
    expectLeft(await expectPage(await openOther(person, 'consent')).submit('allow'));
    expect(expectLeft(await openOther(person, 'none')).searchParams.has('code')).toBe(true);
    await scene.setPolicy({ Action: SIGN_IN_ACTIONS.withoutSecondFactor, Condition: onlyFor('spa') });
    expect(expectLeft(await openOther(person, 'none')).searchParams.get('error')).toBe('login_required');
  });
});
