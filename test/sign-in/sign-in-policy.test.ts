import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newPerson, type PageSeen } from '../../harness/person.ts';
import { codeAt, timeStepAt } from '../../src/identity/factors/totp.ts';
import { STRENGTHS } from '../../src/policy/catalogue/signin-keys.ts';
import { expectPage, typeIn } from '../oidc/app.ts';
import { ACCOUNT } from '../oidc/installation.ts';
import { type PolicyScene, policyScene } from './policy-scene.ts';
import { answerWith, configureWays, newKey, optionsOn, WAYS, type Way } from './policy-ways.ts';

let scene: PolicyScene;
beforeAll(async () => {
  scene = await policyScene({ listed: '198.51.100.0/24 # a comment\n; another\n2001:db8::/32' });
  await configureWays(scene);
  for (const [index, way] of WAYS.entries()) await way.prepare(scene, `person${index}`);
});
afterAll(() => scene.close());

const person = (ip = '192.0.2.1') => newPerson(scene.url, { 'x-forwarded-for': ip });
const byPassword = WAYS[0] as Way;
const judgements = () => scene.events.filter(({ eventName }) => eventName === 'SignInPolicy');

const ENROL = 'Add a second factor';
const PASSKEY = 'Use your passkey';
const REFUSED = 'Your account does not allow this sign-in';
const IN = 'Allow The App?';

const POLICIES = {
  nothing: undefined,
  'a second factor': 'signin:WithoutSecondFactor',
  'a phishing-resistant factor': 'signin:WithoutPhishingResistantFactor',
  'no sign-in at all': 'signin:SignIn',
} as const;

/** The next page after everything that the person has was shown. */
function expected(demand: keyof typeof POLICIES, { strength, hasPasskey = false }: Way): string {
  const reached = STRENGTHS.indexOf(strength);
  if (demand === 'no sign-in at all') return REFUSED;
  if (demand === 'a second factor') return reached >= 1 ? IN : ENROL;
  if (demand === 'a phishing-resistant factor' && reached < 2) return hasPasskey ? PASSKEY : ENROL;
  return IN;
}

describe('[S30] every way to sign in is held to the policy, and is shown a next page', () => {
  for (const [demand, action] of Object.entries(POLICIES)) {
    for (const [index, way] of WAYS.entries()) {
      const outcome = expected(demand as keyof typeof POLICIES, way);
      test(`${way.name}, where the policy demands ${demand}: «${outcome}»`, async () => {
        await scene.setPolicy(...(action === undefined ? [] : [{ Sid: 'TheRule', Action: action }]));
        const before = judgements().length;
        const seen = await way.go(scene, person(), `person${index}`);
        expect(seen.heading).toBe(outcome);
        const told = judgements().slice(before);
        expect(told).toHaveLength(action === undefined ? 0 : 1);
        if (action === undefined) return;
        expect(told[0]).toMatchObject({
          outcome: outcome === REFUSED ? 'refused' : 'allowed',
          request: { decidedBy: 'TheRule' },
          resources: ['app'],
        });
      });
    }
  }
});

describe('an unmet policy', () => {
  test('has a passkey added before there is a session, and then lets the person in', async () => {
    await scene.setPolicy({ Action: 'signin:WithoutPhishingResistantFactor' });
    await scene.addUser('enrols');
    const somebody = person();
    const page = await byPassword.go(scene, somebody, 'enrols');
    expect(page.heading).toBe(ENROL);
    expect(page.buttons).not.toContain('Add the app');
    // Nothing else is open to them yet.
    expect((await somebody.open(`${scene.url}/sign-in/factors`)) as PageSeen).toMatchObject({ heading: 'Sign in' });
    const again = await byPassword.go(scene, person(), 'enrols');
    const key = newKey(scene);
    const seen = await answerWith(again, 'Add a passkey', key.create(optionsOn(again)));
    // [S26] Making it shows nothing: a thief of the password could do so.
    expect(seen.heading).toBe('Use your passkey');
    const wrong = await answerWith(seen, 'Use a passkey', newKey(scene).get(optionsOn(seen)));
    expect([wrong.status, wrong.heading]).toEqual([400, 'Use your passkey']);
    expect((await answerWith(wrong, 'Use a passkey', key.get(optionsOn(wrong)))).heading).toBe(IN);
    expect(scene.events.filter(({ eventName }) => eventName === 'EnableMFADevice').at(-1)).toMatchObject({
      outcome: 'allowed',
      authentication: { method: 'sign-in' },
    });
    const next = await byPassword.go(scene, person(), 'enrols');
    const shown = await answerWith(next, 'Use a passkey or security key', key.get(optionsOn(next)));
    expect(shown.heading).toBe(IN);
  });

  test('[S26] [S37] who has a passkey changes their factors only with it: a weaker session signs in with it first', async () => {
    await scene.setPolicy();
    await scene.addUser('weaker');
    const somebody = person();
    const factors = async () => expectPage(await somebody.open(`${scene.url}/sign-in/factors`));
    await typeIn(await somebody.open(`${scene.url}/sign-in`), { user: 'weaker' });
    const first = expectPage(await (await factors()).submit('Add a passkey'));
    const key = newKey(scene);
    expect((await answerWith(first, 'Continue', key.create(optionsOn(first)))).text).toContain('is added.');
    // The session goes on as it was, and is not `phr`, nor `mfa`, by what was made in it.
    const [session] = scene.events.filter(({ eventName }) => eventName === 'EnableMFADevice').slice(-1);
    expect(session).toMatchObject({ outcome: 'allowed', authentication: { mfa: false } });
    // Nothing asks for a passkey so far.
    expect(expectPage(await (await factors()).submit('Add an authenticator app')).heading).toBe(
      'Add an authenticator app',
    );
    await scene.setPolicy({ Action: 'signin:WithoutPhishingResistantFactor' });
    for (const act of ['Add a passkey', 'Add an authenticator app', 'Create recovery codes', 'Remove']) {
      const asked = expectPage(await (await factors()).submit(act));
      expect([act, asked.heading]).toEqual([act, 'Sign in']);
      expect(scene.events.findLast(({ errorCode }) => errorCode === 'passkey-required')).toMatchObject({
        outcome: 'refused',
      });
    }
    const asked = expectPage(await (await factors()).submit('Add a passkey'));
    const back = await answerWith(asked, 'Use a passkey', key.get(optionsOn(asked)));
    expect(back.text).toContain('You have signed in again.');
    expect(expectPage(await back.submit('Add a passkey')).heading).toContain('Add a passkey');
  });

  test('takes an authenticator app where that is enough', async () => {
    await scene.setPolicy({ Action: 'signin:WithoutSecondFactor' });
    await scene.addUser('takes-app');
    const page = await byPassword.go(scene, person(), 'takes-app');
    const key = /<pre>([A-Z2-7 ]+)<\/pre>/.exec(page.html)?.[1]?.replaceAll(' ', '') ?? '';
    const wrong = (await page.submit('Add the app', { 'code that the app shows now': '000000' })) as PageSeen;
    expect(wrong.text).toContain('The code is not right.');
    const code = codeAt(fromBase32(key), timeStepAt(Date.now()));
    const seen = (await wrong.submit('Add the app', { 'code that the app shows now': code })) as PageSeen;
    expect(seen.heading).toBe(IN);
  });

  test('does not take an app where it is not', async () => {
    await scene.setPolicy({ Action: 'signin:WithoutPhishingResistantFactor' });
    await scene.addUser('insists');
    const page = await byPassword.go(scene, person(), 'insists');
    const forged = page.html.replaceAll('name="credential"', 'name="code"');
    expect(forged).not.toBe(page.html);
    const direct = globalThis.fetch;
    globalThis.fetch = (input, init = {}) =>
      direct(
        input,
        init.body === undefined ? init : { ...init, body: String(init.body).replace('credential=', 'code=') },
      );
    const seen = (await page.submit('Add a passkey')) as PageSeen;
    globalThis.fetch = direct;
    expect(seen.heading).toBe(ENROL);
    const [user] = (await scene.identities.users.find('byName', [ACCOUNT, 'insists'], { limit: 1 })).items;
    expect(user?.mfaDevices).toEqual([]);
  });

  test('refuses with a reason, a reference and a way back', async () => {
    await scene.setPolicy({
      Sid: 'ListedAddresses',
      Action: 'signin:*',
      Condition: { Bool: { 'signin:ListedAddress': 'true' } },
    });
    await scene.addUser('listed');
    const page = await byPassword.go(scene, person('198.51.100.7'), 'listed');
    expect(page).toMatchObject({ heading: REFUSED, status: 403 });
    expect(page.text).toContain('ListedAddresses');
    expect(page.text).toContain('Reference');
    expect(judgements().at(-1)).toMatchObject({
      outcome: 'refused',
      errorCode: 'sign-in-policy',
      sourceIp: '198.51.100.7',
    });
    expect((await page.submit('Sign in in another way')) as PageSeen).toMatchObject({ heading: 'Sign in' });
    expect((await byPassword.go(scene, person(), 'listed')).heading).toBe(IN);
  });

  test('never refuses the root user', async () => {
    await scene.setPolicy({ Action: 'signin:*' });
    const page = (await person().open(`${scene.url}/sign-in`)) as PageSeen;
    const seen = (await page.submit('sign in', {
      account: '',
      'user name': 'root@example.com',
      password: 'seven quiet otters swim',
    })) as PageSeen;
    // The strongest factor there is, which root can add.
    expect(seen.heading).toBe(ENROL);
  });
});

describe('the facts of a sign-in', () => {
  test('a device and a network are new until a sign-in from there is complete', async () => {
    const newDevice = { Sid: 'Device', Action: 'signin:*', Condition: { Bool: { 'signin:NewDevice': 'true' } } };
    const newNetwork = { Sid: 'Network', Action: 'signin:*', Condition: { Bool: { 'signin:NewNetwork': 'true' } } };
    await scene.addUser('moves');
    const known = person();
    await scene.setPolicy();
    expect((await byPassword.go(scene, known, 'moves')).heading).toBe(IN);
    await scene.setPolicy(newDevice, newNetwork);
    const refusedBy = async (who: typeof known) => {
      const seen = await byPassword.go(scene, who, 'moves');
      return seen.heading === REFUSED ? judgements().at(-1)?.request?.['decidedBy'] : seen.heading;
    };
    expect(await refusedBy(known)).toBe(IN);
    expect(await refusedBy(person('192.0.2.99'))).toBe('Device');
    expect(await refusedBy(person('203.0.113.5'))).toBe('Device, Network');
    // A refused sign-in makes nothing known.
    expect(await refusedBy(person('203.0.113.5'))).toBe('Device, Network');
  });

  test('failures count until a sign-in is complete', async () => {
    await scene.addUser('guessed');
    const many = { NumericGreaterThanEquals: { 'signin:RecentFailures': '3' } };
    await scene.setPolicy({ Action: 'signin:WithoutSecondFactor', Condition: many });
    const attempt = async (password: string) => {
      const page = (await person('203.0.113.77').open(`${scene.url}/sign-in`)) as PageSeen;
      return (await page.submit('sign in', { account: ACCOUNT, 'user name': 'guessed', password })) as PageSeen;
    };
    for (const wrong of ['a', 'b', 'c']) await attempt(wrong);
    expect((await byPassword.go(scene, person('203.0.113.78'), 'guessed')).heading).toBe(ENROL);
    expect((await byPassword.go(scene, person('203.0.113.78'), 'guessed')).heading).toBe(IN);
  });

  test('failures at a directory count, too', async () => {
    const many = { NumericGreaterThanEquals: { 'signin:RecentFailures': '3' } };
    const byDirectory = WAYS.find(({ name }) => name === 'directory');
    if (byDirectory === undefined) throw new Error('no such way');
    await scene.setPolicy();
    expect((await byDirectory.go(scene, person('203.0.113.90'), 'tried')).heading).toBe(IN);
    await scene.setPolicy({ Action: 'signin:WithoutSecondFactor', Condition: many });
    for (let count = 0; count < 3; count += 1) {
      const page = (await person('203.0.113.91').open(`${scene.url}/sign-in`)) as PageSeen;
      const form = (await page.submit('continue with staff')) as PageSeen;
      await form.submit('sign in', { 'user name': 'tried', password: 'wrong' });
    }
    expect((await byDirectory.go(scene, person('203.0.113.92'), 'tried')).heading).toBe(ENROL);
  });

  test('groups, names and the application can be tested', async () => {
    await scene.addUser('named');
    const condition = {
      StringEquals: { 'signin:App': 'app', 'signin:UserName': 'named', 'signin:FirstFactor': 'password' },
    };
    await scene.setPolicy({ Action: 'signin:*', Condition: condition });
    expect((await byPassword.go(scene, person(), 'named')).heading).toBe(REFUSED);
    await scene.setPolicy({
      Action: 'signin:*',
      Condition: { ...condition, StringNotEquals: { 'signin:App': 'app' } },
    });
    expect((await byPassword.go(scene, person(), 'named')).heading).toBe(IN);
  });
});

function fromBase32(text: string): Buffer {
  const bits = [...text].map((each) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(each).toString(2).padStart(5, '0'));
  const bytes = bits.join('').match(/.{8}/g) ?? [];
  return Buffer.from(bytes.map((byte) => Number.parseInt(byte, 2)));
}
