import * as oidc from 'openid-client';
import { newPerson, type Person } from '../../harness/person.ts';
import { beginLogin, describePage, expectPage, leftFor, openApp } from './app-login.ts';
import { type Caller, refused } from './caller.ts';
import { DEMO_CLIENT } from './demo-client.ts';
import { allow, trust } from './documents.ts';
import { keyPair, type Stage } from './stage.ts';

interface Login {
  /** Has the cookies of the sign-in. */
  readonly person: Person;
  readonly config: oidc.Configuration;
  readonly idToken: string;
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly subject: string;
}

/** A user signs in to an app, and the tokens are used: the OpenID Connect and web identity chapters. */
export async function runLoginStory(stage: Stage): Promise<void> {
  const login = await logIn(stage, await makePerson(stage));
  const session = await exchange(stage, login);
  await useAndRefuse(stage, session);
  await continueLogin(stage, login);
}

interface PersonAccount {
  readonly userName: string;
  readonly password: string;
}

async function makePerson(stage: Stage): Promise<PersonAccount> {
  const { narrator, admin } = stage;
  narrator.chapter('A person with a password', 'The administrator makes a user, carol, who may sign in on the pages.');
  const account = { userName: stage.name('carol'), password: `seven quiet otters ${stage.name('swim')}` };
  narrator.mask(account.password, 'Carol’s password');
  const { User } = await admin.iam.createUser({ UserName: account.userName });
  await admin.iam.createLoginProfile({ UserName: account.userName, Password: account.password });
  narrator.check(User?.UserName === account.userName, 'carol can sign in');
  return account;
}

async function logIn(stage: Stage, account: PersonAccount): Promise<Login> {
  const { narrator, server } = stage;
  narrator.chapter(
    'An app logs the person in',
    'The app is `openid-client`, a certified library; it is told the issuer and finds the rest by discovery.',
    'Carol is played by a program that reads the pages and fills in their forms. No script runs.',
  );
  const app = await openApp(stage);
  const { issuer } = app.config.serverMetadata();
  narrator.check(issuer === `${server.url}/oidc`, `the issuer is ${issuer}`);
  const { url, finish } = await beginLogin(stage, app, { scope: 'openid profile offline_access', prompt: 'consent' });
  const person = newPerson(new URL(server.url).origin);
  const callback = await signInAndConsent(stage, { person, account, url });
  narrator.check(callback.searchParams.get('iss') === issuer, 'the person is back at the app, with a code');

  const tokens = await finish(callback);
  const claims = tokens.claims();
  narrator.check(claims?.aud === DEMO_CLIENT.client_id, 'the ID token is signed, for this app, and of this login');
  const [idToken, refreshToken] = [tokens.id_token ?? '', tokens.refresh_token ?? ''];
  narrator.mask(idToken, 'ID token');
  const user = await oidc.fetchUserInfo(app.config, tokens.access_token, claims?.sub ?? '');
  narrator.command('app', 'ask for the user info');
  narrator.answer({ ...user });
  narrator.check(user.sub === claims?.sub, 'the user info is of the same person');
  return { person, config: app.config, idToken, accessToken: tokens.access_token, refreshToken, subject: user.sub };
}

async function signInAndConsent(
  stage: Stage,
  { person, account, url }: { person: Person; account: PersonAccount; url: URL },
): Promise<URL> {
  const { narrator, server } = stage;
  const signIn = expectPage(await person.open(url.href));
  describePage(stage, signIn);
  const form = { account: server.accountAlias, user: account.userName };
  narrator.command('carol', 'sign in with a wrong password');
  const again = expectPage(await signIn.submit('sign in', { ...form, password: 'a wrong guess, but a long one' }));
  narrator.check(/problem|incorrect|wrong/i.test(again.text), 'a wrong password is refused, politely');
  narrator.command('carol', 'sign in with the right one');
  const consent = expectPage(await again.submit('sign in', { ...form, password: account.password }));
  describePage(stage, consent);
  narrator.check(consent.text.includes(DEMO_CLIENT.client_name), 'the server asks carol whether the app may know her');
  narrator.command('carol', 'allow');
  return leftFor(await consent.submit('allow'));
}

/** The service's part: exchanging the ID token for temporary credentials. */
async function exchange(stage: Stage, login: Login): Promise<Caller> {
  const { narrator, server, admin } = stage;
  narrator.chapter(
    'The login becomes credentials',
    'The server’s own issuer is registered as an OIDC provider; a role trusts this app’s logins of this person.',
  );
  const provider = `${new URL(server.url).host}/oidc`;
  const arn = `arn:aws:iam::${server.accountId}:oidc-provider/${provider}`;
  const { OpenIDConnectProviderList: known = [] } = await admin.iam.listOpenIDConnectProviders({});
  if (!known.some((entry) => entry.Arn === arn)) {
    await admin.iam.createOpenIDConnectProvider({
      Url: `${server.url}/oidc`,
      ClientIDList: [DEMO_CLIENT.client_id],
    });
  }
  const trusted = (subject: string): string =>
    trust(
      { Federated: arn },
      { StringEquals: { [`${provider}:aud`]: DEMO_CLIENT.client_id, [`${provider}:sub`]: subject } },
      'sts:AssumeRoleWithWebIdentity',
    );
  const role = await admin.iam.createRole({
    RoleName: stage.name('reader'),
    AssumeRolePolicyDocument: trusted(login.subject),
  });
  await admin.iam.putRolePolicy({
    RoleName: stage.name('reader'),
    PolicyName: 'look',
    PolicyDocument: allow('iam:ListUsers'),
  });
  const anonymous = stage.as('app', { accessKeyId: 'none', secretAccessKey: 'none' });
  const request = { RoleSessionName: 'carol', WebIdentityToken: login.idToken };
  const assumed = await anonymous.sts.assumeRoleWithWebIdentity({ ...request, RoleArn: role.Role?.Arn ?? '' });
  narrator.check(assumed.SubjectFromWebIdentityToken === login.subject, 'the token is taken; the subject is carol');

  narrator.say('A role that trusts somebody else’s login does not take it.');
  const other = await admin.iam.createRole({
    RoleName: stage.name('other'),
    AssumeRolePolicyDocument: trusted('somebody-else'),
  });
  const no = await refused(narrator, () =>
    anonymous.sts.assumeRoleWithWebIdentity({ ...request, RoleArn: other.Role?.Arn ?? '' }),
  );
  narrator.check(no.code === 'AccessDenied', 'refused');
  return stage.as('reader', keyPair(assumed.Credentials));
}

async function useAndRefuse(stage: Stage, session: Caller): Promise<void> {
  const { narrator } = stage;
  narrator.chapter('What these credentials can do', 'As before: what the role’s policy allows.');
  await session.sts.getCallerIdentity({});
  const { Users = [] } = await session.iam.listUsers({ MaxItems: 1 });
  narrator.check(Users.length === 1, 'allowed: iam:ListUsers');
  const denied = await refused(narrator, () => session.iam.deleteUser({ UserName: 'admin' }));
  narrator.check(
    denied.message.endsWith('because no identity-based policy allows the iam:DeleteUser action'),
    'denied: iam:DeleteUser, with the reason',
  );
}

async function continueLogin(stage: Stage, login: Login): Promise<void> {
  const { narrator } = stage;
  narrator.chapter('The app goes on: refresh, then log-out', 'A refresh token is good once; its second use is theft.');
  const fresh = await oidc.refreshTokenGrant(login.config, login.refreshToken);
  narrator.command('app', 'refresh');
  narrator.check(fresh.access_token !== login.accessToken, 'new tokens, without asking carol again');
  narrator.command('thief', 'use the old refresh token');
  const stolen = await oidc.refreshTokenGrant(login.config, login.refreshToken).then(
    () => 'granted',
    (error: { error?: string }) => error.error ?? String(error),
  );
  narrator.answer(stolen);
  narrator.check(stolen === 'invalid_grant', 'refused');
  const family = await oidc.refreshTokenGrant(login.config, fresh.refresh_token ?? '').then(
    () => 'granted',
    (error: { error?: string }) => error.error ?? String(error),
  );
  narrator.check(family === 'invalid_grant', 'and everything that came of that login is revoked');
  narrator.command('app', 'log carol out');
  const out = oidc.buildEndSessionUrl(login.config, { id_token_hint: login.idToken });
  const asked = expectPage(await login.person.open(out.href));
  describePage(stage, asked);
  const done = expectPage(await asked.submit('sign out'));
  describePage(stage, done);
  narrator.check(/signed out/i.test(done.heading), 'carol is signed out');
}
