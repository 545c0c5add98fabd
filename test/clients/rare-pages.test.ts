import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as oidc from 'openid-client';
import type { BrowserContext, Page } from 'playwright-core';
import { callRolecall } from '../../harness/call-rolecall.ts';
import { allow, trust } from '../../harness/documents.ts';
import { linkIn, startSmtpServer, type TestSmtpServer } from '../../harness/smtp-server.ts';
import { pageRefusal } from '../../src/app/pages/refuse-page.ts';
import { codeAt, timeStepAt } from '../../src/identity/factors/totp.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import { decodeBase32 } from '../iam/support/mfa.ts';
import { enableByFormerCodes } from '../support/enable-device.ts';
import { unique } from '../support/unique.ts';
import { until } from '../support/until.ts';
import { openScene, type Scene, signIn } from './openid-scene.ts';
import { lookAt } from './page-look.ts';

/** Pages of special cases in Chromium, as in pages.test.ts: what a policy asks for, mailed links, devices, other protocols. */

const ACS = 'https://wiki.example/acs';
const app = (id: string, name: string, more: object = {}) => ({
  ...{ client_id: id, client_name: name, token_endpoint_auth_method: 'none' },
  ...{ redirect_uris: ['http://127.0.0.1:9000/callback'], ...more },
});

let smtp: TestSmtpServer;
let scene: Scene;
beforeAll(async () => {
  smtp = await startSmtpServer();
  scene = await openScene({
    clients: [
      app('tv', 'Living Room TV', {
        ...{ redirect_uris: [], response_types: [] },
        grant_types: ['urn:ietf:params:oauth:grant-type:device_code'],
      }),
      app('closed', 'Payroll', { open_to: 'assigned' }),
    ],
    saml: [
      { id: 'wiki', displayName: 'Wiki', entityId: 'https://wiki.example/', acs: [{ url: ACS }] },
      {
        id: 'ledger',
        displayName: 'Ledger',
        entityId: 'https://ledger.example/',
        acs: [{ url: ACS }],
        openTo: 'assigned',
      },
    ],
    connectors: [
      {
        ...{ kind: 'ldap', name: 'staff', displayName: 'Company account', servers: ['ldaps://ldap.example'] },
        ...{ baseDn: 'dc=example', bindDn: 'cn=rolecall,dc=example', bindPassword: 'not used here' },
      },
      {
        ...{ kind: 'oidc', name: 'sso', displayName: 'Example SSO', issuer: 'https://sso.example' },
        ...{ clientId: 'rolecall', clientSecret: 'not used here' },
      },
    ],
    env: {
      ROLECALL_SMTP_URL: `smtp+plain://localhost:${smtp.port}`,
      ROLECALL_MAIL_FROM: 'iam@example.org',
      ROLECALL_RECOVERY_BY_MAIL: 'true',
    },
  });
});
afterAll(async () => {
  await scene.close();
  await smtp.close();
});

const at = (path: string): string => `${scene.server.url}${path}`;
const heading = (page: Page, name: string | RegExp): Promise<void> =>
  page.getByRole('heading', { level: 1, name }).waitFor();
const press = (page: Page, name: string | RegExp): Promise<void> => page.getByRole('button', { name }).first().click();

/** Does something in a browser of its own. */
async function inBrowser(act: (page: Page, context: BrowserContext) => Promise<void>): Promise<void> {
  const context = await scene.newContext('phone', 'light', 'scripts');
  await act(await context.newPage(), context);
  await context.close();
}

interface NewPerson {
  readonly account: string;
  readonly userName: string;
  readonly password: string;
}

async function newUser(): Promise<NewPerson> {
  const person = { userName: unique('rita'), password: `a long passphrase ${unique('of')}` };
  await scene.admin.createUser({ UserName: person.userName });
  await scene.admin.createLoginProfile({ UserName: person.userName, Password: person.password });
  return { account: scene.server.accountId, ...person };
}

/** Gives the user an authenticator app. @returns the code of now, and of later. */
async function giveApp({ userName: UserName }: NewPerson): Promise<(stepsAhead?: number) => string> {
  const { VirtualMFADevice: made } = await scene.admin.createVirtualMFADevice({ VirtualMFADeviceName: UserName });
  const seed = decodeBase32(Buffer.from(made?.Base32StringSeed ?? '').toString());
  const code = (stepsAhead = 0): string => codeAt(seed, timeStepAt(Date.now()) + stepsAhead);
  const SerialNumber = made?.SerialNumber ?? '';
  await enableByFormerCodes(seed, (codes) => scene.admin.enableMFADevice({ UserName, SerialNumber, ...codes }));
  return code;
}

/** While the account has a policy that denies an action to this person. */
async function whileDenied(action: string, { userName }: NewPerson, act: () => Promise<void>): Promise<void> {
  const Condition = { StringEquals: { 'signin:UserName': userName } };
  const Statement = [{ Sid: 'OfficeHoursOnly', Effect: 'Deny', Action: action, Resource: '*', Condition }];
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  await callRolecall(scene.server, 'PutSignInPolicy', { PolicyDocument });
  try {
    await act();
  } finally {
    await callRolecall(scene.server, 'DeleteSignInPolicy', {});
  }
}

async function mailedLink(address: string, part: string): Promise<string> {
  const found = () => smtp.mails.findLast(({ to, text }) => to.includes(address) && text.includes(part));
  await until(() => found() !== undefined);
  return linkIn(found() as NonNullable<ReturnType<typeof found>>);
}

/** A user who accepted a mailed invitation. */
async function invitedUser(): Promise<NewPerson & { readonly email: string }> {
  const person = { account: scene.server.accountId, userName: unique('iris'), password: 'a long passphrase of irises' };
  const email = `${person.userName}@example.org`;
  await scene.admin.createUser({ UserName: person.userName });
  await callRolecall(scene.server, 'InviteUser', { UserName: person.userName, Email: email });
  const body = new URLSearchParams({ newPassword: person.password, repeated: person.password });
  const link = await mailedLink(email, '/invitation/');
  const accepted = await fetch(link, { method: 'POST', headers: { origin: scene.server.url }, body });
  expect(accepted.status).toBe(200);
  return { ...person, email };
}

describe('pages in Chromium: what a sign-in asks for', () => {
  test('the code, and its refusal', async () => {
    const person = await newUser();
    const code = await giveApp(person);
    await inBrowser(async (page) => {
      await page.goto(at('/sign-in'));
      await signIn(page, person);
      await heading(page, 'Enter your code');
      await lookAt(page, 'mfa-code');
      await page.getByLabel('MFA code').fill('000000');
      await press(page, 'Continue');
      await page.getByRole('alert').waitFor();
      await lookAt(page, 'mfa-code-refused');
      await whileDenied('signin:WithoutPhishingResistantFactor', person, async () => {
        await page.getByLabel('MFA code').fill(code());
        await press(page, 'Continue');
        await heading(page, /^Add a/);
        await lookAt(page, 'enrol-passkey');
      });
    });
  });

  test('a passkey in place of the code that was shown', async () => {
    const person = await newUser();
    await inBrowser(async (page, context) => {
      const cdp = await context.newCDPSession(page);
      await cdp.send('WebAuthn.enable');
      await cdp.send('WebAuthn.addVirtualAuthenticator', {
        options: {
          ...{ protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true },
          ...{ isUserVerified: true, automaticPresenceSimulation: true },
        },
      });
      await page.goto(at('/sign-in'));
      await signIn(page, person);
      await page.goto(at('/sign-in/factors'));
      await press(page, 'Add a passkey or security key');
      await press(page, 'Continue');
      await page.getByText(/is added/).waitFor();
    });
    const code = await giveApp(person);
    await inBrowser((page) =>
      whileDenied('signin:WithoutPhishingResistantFactor', person, async () => {
        await page.goto(at('/sign-in'));
        await signIn(page, person);
        await page.getByLabel('MFA code').fill(code());
        await press(page, 'Continue');
        await heading(page, /^Use your passkey/);
        await lookAt(page, 'passkey-required');
      }),
    );
  });

  test('a factor to be added, and a refusal by the policy', async () => {
    const person = await newUser();
    await inBrowser((page) =>
      whileDenied('signin:WithoutSecondFactor', person, async () => {
        await page.goto(at('/sign-in'));
        await signIn(page, person);
        await heading(page, /factor/);
        await lookAt(page, 'enrol-factor');
      }),
    );
    await inBrowser((page) =>
      whileDenied('signin:SignIn', person, async () => {
        await page.goto(at('/sign-in'));
        await signIn(page, person);
        await page.getByText('OfficeHoursOnly').waitFor();
        await lookAt(page, 'policy-refused');
      }),
    );
  });

  test('a stronger sign-in than the person has, and an app that is not theirs', async () => {
    const person = await newUser();
    await inBrowser(async (page) => {
      const claims = JSON.stringify({ id_token: { acr: { essential: true, values: ['phr'] } } });
      await page.goto((await scene.attempt({ claims })).url.href);
      await signIn(page, person);
      await heading(page, /requires a stronger sign-in/);
      await lookAt(page, 'unmet');
      const execute = [oidc.allowInsecureRequests];
      const closed = await oidc.discovery(new URL(at('/oidc')), 'closed', undefined, oidc.None(), { execute });
      const url = oidc.buildAuthorizationUrl(closed, {
        ...{ redirect_uri: 'http://127.0.0.1:9000/callback', scope: 'openid', code_challenge_method: 'S256' },
        code_challenge: await oidc.calculatePKCECodeChallenge(oidc.randomPKCECodeVerifier()),
      });
      await page.goto(url.href);
      await heading(page, 'You cannot use Payroll');
      await lookAt(page, 'not-assigned');
    });
  });

  test('a directory, and a login there that is to be linked', async () => {
    const person = await newUser();
    await inBrowser(async (page) => {
      await page.goto(at('/sign-in'));
      await page.getByLabel(/user name/i).fill(person.userName);
      await press(page, 'Continue');
      await press(page, /Company account/);
      await heading(page, 'Sign in with Company account');
      await lookAt(page, 'directory');
      await page.goto(at('/federation/sso/callback?state=unknown&code=unknown'));
      await heading(page, /fail|did not/i);
      await lookAt(page, 'connector-failed');
      await page.goto(at('/sign-in'));
      await signIn(page, person);
      await heading(page, 'Your account');
      await page.goto(at('/sign-in/links'));
      await press(page, /Company account/);
      await heading(page, /Company account/);
      await lookAt(page, 'link-directory-login');
    });
  });
});

describe('pages in Chromium: mailed links', () => {
  test('a forgotten password', async () => {
    const person = await invitedUser();
    await giveApp(person);
    await inBrowser(async (page) => {
      await page.goto(at('/recovery'));
      await lookAt(page, 'recovery');
      await page.locator('#name').fill(person.email);
      await press(page, /mail/i);
      await heading(page, /mail/i);
      await lookAt(page, 'recovery-begun');
      await page.goto(await mailedLink(person.email, '/recovery/'));
      await heading(page, 'Show your second factor');
      await lookAt(page, 'recovery-factor');
    });
  });

  test('a new password by mail, and a sign-in that was not the person’s', async () => {
    const person = await invitedUser();
    await inBrowser(async (page) => {
      await page.goto(at('/recovery'));
      await page.locator('#name').fill(person.email);
      await press(page, /mail/i);
      await page.goto(await mailedLink(person.email, '/recovery/'));
      await lookAt(page, 'recovery-password');
      await page.locator('input[name=newPassword]').fill('another long passphrase of irises');
      await page.locator('input[name=repeated]').fill('another long passphrase of irises');
      await press(page, /set/i);
      await heading(page, 'Your new password is set');
      await lookAt(page, 'recovery-done');
      await page.goto(await mailedLink(person.email, '/not-me/'));
      await lookAt(page, 'not-me');
      await press(page, /.*/);
      await heading(page, /secured|secure/i);
      await lookAt(page, 'not-me-secured');
    });
  });
});

describe('pages in Chromium: devices, roles and other protocols', () => {
  test('a device', async () => {
    const person = await newUser();
    await inBrowser(async (page) => {
      const begun = async (): Promise<string> => {
        const body = new URLSearchParams({ client_id: 'tv', scope: 'openid profile' });
        const answer = await fetch(at('/oidc/device/auth'), { method: 'POST', body });
        return String((await answer.json())['verification_uri_complete']);
      };
      await page.goto(await begun());
      await signIn(page, person);
      await heading(page, /Living Room TV/);
      await lookAt(page, 'device-confirm');
      await press(page, /^Allow/);
      await heading(page, /device/i);
      await lookAt(page, 'device-allowed');
      await page.goto(await begun());
      await heading(page, /Living Room TV/);
      await press(page, /deny|not allow|cancel/i);
      await page.getByRole('button', { name: /deny|not allow|cancel/i }).waitFor({ state: 'detached' });
      await lookAt(page, 'device-denied');
    });
  });

  test('credentials of a role, and removing a factor', async () => {
    const person = await newUser();
    const RoleName = unique('ReportReader');
    const AWS = `arn:aws:iam::${scene.server.accountId}:user/${person.userName}`;
    await scene.admin.createRole({ RoleName, AssumeRolePolicyDocument: trust({ AWS }) });
    await scene.admin.putUserPolicy({
      ...{ UserName: person.userName, PolicyName: 'all' },
      PolicyDocument: allow('sts:*'),
    });
    const code = await giveApp(person);
    await inBrowser(async (page) => {
      await page.goto(at('/start'));
      await signIn(page, person);
      await page.getByLabel('MFA code').fill(code());
      await press(page, 'Continue');
      await press(page, `Get credentials of ${RoleName}`);
      await heading(page, `Credentials of ${RoleName}`);
      await lookAt(page, 'role-credentials', 'details[open] pre');
      await page.goto(at('/sign-in/factors'));
      await press(page, 'Create recovery codes');
      await page.locator('pre').waitFor();
      await lookAt(page, 'recovery-codes-made', 'pre');
      await page.goto(at('/sign-in/factors'));
      await press(page, 'Remove');
      await heading(page, /remove/i);
      await lookAt(page, 'remove-factor');
    });
  });

  test('a role that is new to its administrator: until when a passkey is to be added', async () => {
    const person = await newUser();
    const RoleName = unique('Steward');
    const AWS = `arn:aws:iam::${scene.server.accountId}:user/${person.userName}`;
    await scene.admin.createRole({ RoleName, AssumeRolePolicyDocument: trust({ AWS }) });
    await scene.admin.attachRolePolicy({ RoleName, PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' });
    await scene.admin.putUserPolicy({
      ...{ UserName: person.userName, PolicyName: 'all' },
      PolicyDocument: allow('sts:*'),
    });
    await inBrowser(async (page) => {
      await page.goto(at('/start'));
      await signIn(page, person);
      await press(page, `Get credentials of ${RoleName}`);
      await heading(page, `Credentials of ${RoleName}`);
      await page.goto(at('/start'));
      await page.getByText('roles with the rights of administrators ask you for a passkey').waitFor();
      await lookAt(page, 'administrator-role');
    });
  });

  test('a page that there is no room for', async () => {
    const busy = createServer(pageRefusal({ random: systemRandom(), secure: false }));
    await new Promise<void>((resolve) => busy.listen(0, '127.0.0.1', resolve));
    try {
      await inBrowser(async (page) => {
        const answer = await page.goto(`http://127.0.0.1:${(busy.address() as AddressInfo).port}/sign-in`);
        expect(answer?.status()).toBe(503);
        await lookAt(page, 'busy');
      });
    } finally {
      busy.closeAllConnections();
      busy.close();
    }
  });

  test('a console session by a link, and another one in the same browser', async () => {
    const RoleName = unique('Auditor');
    const { userArn } = await (async () => {
      const { User } = await scene.admin.getUser({});
      return { userArn: User?.Arn ?? '' };
    })();
    await scene.admin.createRole({ RoleName, AssumeRolePolicyDocument: trust({ AWS: userArn }) });
    const { STS } = await import('@aws-sdk/client-sts');
    const sts = new STS({ endpoint: scene.server.url, region: 'us-east-1', credentials: scene.server.admin });
    const RoleArn = `arn:aws:iam::${scene.server.accountId}:role/${RoleName}`;
    const loginUrl = async (RoleSessionName: string): Promise<string> => {
      const { Credentials } = await sts.assumeRole({ RoleArn, RoleSessionName });
      const Session = JSON.stringify({
        ...{ sessionId: Credentials?.AccessKeyId, sessionKey: Credentials?.SecretAccessKey },
        sessionToken: Credentials?.SessionToken,
      });
      const body = new URLSearchParams({ Action: 'getSigninToken', Session });
      const { SigninToken } = await (await fetch(at('/federation'), { method: 'POST', body })).json();
      return at(
        `/federation?${new URLSearchParams({ Action: 'login', Issuer: 'https://broker.example', SigninToken })}`,
      );
    };
    await inBrowser(async (page) => {
      await page.goto(await loginUrl('nightly-audit'));
      await page.goto(at('/federation/session'));
      await heading(page, /signed in/i);
      await lookAt(page, 'console-session');
      await page.goto(await loginUrl('another-audit'));
      await heading(page, /continue/i);
      await lookAt(page, 'console-session-other');
    });
  });

  test('the hand-over to a SAML app, and a refusal', async () => {
    const person = await newUser();
    await inBrowser(async (page, context) => {
      // A browser stays on the page when the answer has no content.
      await context.route(`${ACS}**`, (route) => route.fulfill({ status: 204 }));
      await page.goto(at(`/saml/idp/${scene.server.accountId}/start/wiki`));
      await signIn(page, person);
      await heading(page, /Wiki/);
      await lookAt(page, 'saml-hand-over');
      await page.goto(at(`/saml/idp/${scene.server.accountId}/start/ledger`));
      await heading(page, /Ledger/);
      await lookAt(page, 'saml-denied');
      await page.goto(at('/oidc/session/end'));
      await press(page, 'Sign out');
      await heading(page, 'You are signed out');
      await lookAt(page, 'saml-signed-out');
    });
  });

  test('consent to the command line', async () => {
    const person = await newUser();
    await inBrowser(async (page) => {
      const url = new URL(at('/oidc/auth'));
      url.search = new URLSearchParams({
        ...{ client_id: 'rolecall-cli', response_type: 'code', scope: 'openid offline_access', prompt: 'consent' },
        ...{ redirect_uri: 'http://127.0.0.1:9001/callback', code_challenge_method: 'S256' },
        code_challenge: await oidc.calculatePKCECodeChallenge(oidc.randomPKCECodeVerifier()),
      }).toString();
      await page.goto(url.href);
      await signIn(page, person);
      await heading(page, /^Allow/);
      await lookAt(page, 'consent-command-line');
    });
  });
});
