import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { systemClock } from '../../src/kernel/clock.ts';
import { ACCOUNT } from '../oidc/installation.ts';
import { judgeIn } from '../sign-in/policy-scene.ts';
import { type BridgeScene, begin, newBrowser, openBridgeScene, postedBy, signIn, statusOf } from './bridge-scene.ts';

let scene: BridgeScene;
beforeAll(async () => {
  const judged = { clock: systemClock, hasPasskeys: true, lists: {}, warn: () => {} };
  scene = await openBridgeScene({ openJudge: judgeIn(() => scene, judged) });
  await scene.addUser('alice');
  await scene.addApplication();
});
afterAll(() => scene.close());

async function setPolicy(...statements: readonly object[]): Promise<void> {
  const Statement = statements.map((each) => ({ Effect: 'Deny', Resource: '*', ...each }));
  const document = JSON.stringify({ Version: '2012-10-17', Statement });
  const signInPolicy = { document, timeZone: 'UTC', updatedAt: 0 };
  await scene.identities.accounts.update([ACCOUNT], (account) => ({ ...account, signInPolicy }));
}

test('[S30] a person who is signed in already is judged for the SAML app that they open', async () => {
  const browser = newBrowser(scene);
  postedBy(await signIn(await begin(scene, browser)));
  await setPolicy({ Action: 'signin:*', Condition: { StringEquals: { 'signin:App': 'elsewhere' } } });
  postedBy(await begin(scene, browser));
  await setPolicy({ Sid: 'NotGrafana', Action: 'signin:*', Condition: { StringEquals: { 'signin:App': 'grafana' } } });
  const passive = await begin(scene, browser, { parts: { attributes: 'IsPassive="true"' } });
  expect(statusOf(passive)).toContain('NoPassive');
  const again = await begin(scene, browser);
  expect(again.heading).toBe('Sign in');
  const refused = await signIn(again);
  expect(refused.heading).toBe('Your account does not allow this sign-in');
  expect(refused.text).toContain('NotGrafana');
});
