import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newPerson, type PageSeen } from '../../harness/person.ts';
import { awsManagedPolicyByArn } from '../../src/identity/policies/aws-managed-policies.ts';
import { ACCOUNT } from '../oidc/installation.ts';
import { type PolicyScene, policyScene } from './policy-scene.ts';
import { answerWith, newKey, optionsOn, WAYS, type Way } from './policy-ways.ts';

const DAY = 86_400_000;
const ADMINISTRATOR = 'arn:aws:iam::aws:policy/AdministratorAccess';
const ENROL = 'Add a second factor';
const IN = 'Allow The App?';

let scene: PolicyScene;
let other: PolicyScene;
beforeAll(async () => {
  scene = await policyScene({ days: 7 });
  other = await policyScene({ days: 7, hasPasskeys: false });
  for (const each of [scene, other]) {
    await each.addUser('ordinary');
    const { policyId = '' } = awsManagedPolicyByArn(ADMINISTRATOR) ?? {};
    await each.addUser('admin', { attachedPolicies: [{ policyArn: ADMINISTRATOR, policyId }] });
    await each.addUser('helpdesk', {
      inlinePolicies: [
        { policyName: 'reset', document: allowing('iam:UpdateLoginProfile', `arn:aws:iam::${ACCOUNT}:user/staff/*`) },
      ],
    });
  }
});
afterAll(async () => {
  await scene.close();
  await other.close();
});

const allowing = (Action: string, Resource: string): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource }] });
const byPassword = WAYS[0] as Way;
const signIn = (user: string, at = scene): Promise<PageSeen> => byPassword.go(at, newPerson(at.url), user);
const asRoot = async (person = newPerson(scene.url)): Promise<PageSeen> => {
  const page = (await person.open(`${scene.url}/sign-in`)) as PageSeen;
  const root = { account: '', 'user name': 'root@example.com', password: 'seven quiet otters swim' };
  return (await page.submit('sign in', root)) as PageSeen;
};
const judgement = (at = scene) => at.events.filter(({ eventName }) => eventName === 'SignInPolicy').at(-1);

describe('[S26] privileged people enrol a passkey or security key within seven days', () => {
  test('until then they sign in as before, and the log and the audit say until when', async () => {
    expect((await signIn('admin')).heading).toBe(IN);
    expect((await signIn('helpdesk')).heading).toBe(IN);
    expect((await asRoot()).heading).toBe('Your account');
    expect(scene.warnings).toEqual([
      `arn:aws:iam::${ACCOUNT}:user/admin`,
      `arn:aws:iam::${ACCOUNT}:user/helpdesk`,
      `arn:aws:iam::${ACCOUNT}:root`,
    ]);
    const enrolBy = String(judgement()?.request?.['enrolBy']);
    expect(Date.parse(enrolBy) - Date.now()).toBeGreaterThan(6.9 * DAY);
    expect(judgement()).toMatchObject({ outcome: 'allowed', request: { demand: 'allow' } });
  });

  test('and their own pages say so, in their language, with a link to where they add one', async () => {
    const root = newPerson(scene.url);
    const by = 'You have none yet.';
    const account = await asRoot(root);
    expect(account.text).toContain(by);
    expect(account.html).toMatch(
      /from <time datetime="\d{4}-\d\d-\d\dT[^"]+">[^<]+<\/time> on.*<a href="\/sign-in\/factors">Add one now/,
    );
    const start = (await root.open(`${scene.url}/start`)) as PageSeen;
    expect(start.text).toContain(by);
    const factors = (await root.open(`${scene.url}/sign-in/factors`)) as PageSeen;
    expect(factors.text).toContain(by);
    expect(factors.text).not.toContain('Add one now');
    const german = (await factors.submit('Deutsch')) as PageSeen;
    expect(german.text).toContain('Deshalb verlangt die Anmeldung ab');
  });

  test('nobody else is asked, or warned', async () => {
    expect((await signIn('ordinary')).heading).toBe(IN);
    expect(scene.warnings).not.toContain(`arn:aws:iam::${ACCOUNT}:user/ordinary`);
  });

  test('afterwards a sign-in without one leads to the page that adds one, and to nothing else', async () => {
    scene.advance(6 * DAY);
    expect((await signIn('admin')).heading).toBe(IN);
    scene.advance(2 * DAY);
    for (const user of ['admin', 'helpdesk']) expect((await signIn(user)).heading).toBe(ENROL);
    expect(judgement()?.request).toMatchObject({
      demand: 'require-phishing-resistant',
      decidedBy: 'administrators enrol a passkey',
      next: 'enrol-factor',
    });
    expect((await asRoot()).heading).toBe(ENROL);
    expect((await signIn('ordinary')).heading).toBe(IN);
  });

  test('which lets them in once it is added, and asks for it from then on', async () => {
    const page = await signIn('admin');
    const key = newKey(scene);
    const added = await answerWith(page, 'Add a passkey', key.create(optionsOn(page)));
    expect([added.heading, added.text]).toEqual([
      'Use your passkey',
      expect.stringContaining('Use it once to continue.'),
    ]);
    expect((await answerWith(added, 'Use a passkey', key.get(optionsOn(added)))).heading).toBe(IN);
    const next = await signIn('admin');
    expect((await answerWith(next, 'Use a passkey', key.get(optionsOn(next)))).heading).toBe(IN);
  });

  test('where browsers make no passkeys, an authenticator app is enough, and nobody is locked out', async () => {
    expect((await signIn('admin', other)).heading).toBe(IN);
    other.advance(8 * DAY);
    const page = await signIn('admin', other);
    expect(page.heading).toBe(ENROL);
    expect(page.buttons).toContain('Add the app');
    expect(page.buttons).not.toContain('Add a passkey or security key');
  });
});
