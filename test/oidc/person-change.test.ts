import { afterAll, beforeAll, expect, test } from '@jest/globals';
import * as oidc from 'openid-client';
import { newPerson } from '../../harness/person.ts';
import { APPS, beginLogin, discover, expectLeft, expectPage, typeIn } from './app.ts';
import { type Installation, install } from './installation.ts';

let installation: Installation;
beforeAll(async () => {
  installation = await install({ clients: APPS });
});
afterAll(() => installation.close());

test('[S34] two people one after the other in one browser have sessions of their own', async () => {
  const [ann, ben] = [await installation.addUser('ann'), await installation.addUser('ben')];
  const app = await discover(installation);
  const person = newPerson(installation.url);
  const uids: unknown[] = [];
  for (const user of [ann, ben]) {
    const login = await beginLogin(app, { prompt: 'login consent' });
    const after = await typeIn(await person.open(login.url.href), { user: user.userName });
    let seen = expectPage(after);
    if (!seen.buttons.some((text) => /allow/i.test(text))) seen = expectPage(await seen.submit('continue'));
    const left = expectLeft(await seen.submit('allow'));
    const tokens = await oidc.authorizationCodeGrant(app, left, login.checks);
    expect(tokens.claims()?.sub).toBe(user.userId);
    const [hashed = ''] = await installation.ephemeral.members(`oidc/of-person/Session/${user.userId}`);
    const stored = JSON.parse((await installation.ephemeral.get(`oidc/hashed/Session/${hashed}`)) ?? '{}');
    uids.push(stored.uid);
  }
  expect(uids[0]).toEqual(expect.any(String));
  expect(uids[1]).toEqual(expect.any(String));
  expect(uids[0]).not.toBe(uids[1]);
});
