import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';

/**
 * Every page has a picture: the names under which the suites in test/clients look at it (axe, 390 and 1280 px, light and dark), by the
 * module that renders it, one for each first-level heading.
 */
const PICTURES: Readonly<Record<string, readonly string[]>> = {
  'bridge/pages/denied-page.ts': ['saml-denied'],
  'bridge/pages/signed-out-page.ts': ['saml-signed-out'],
  'http/error-page.ts': ['error', 'not-found', 'invitation-closed', 'busy'],
  'http/signed-out-page.ts': ['signed-out'],
  'oidc/account-page/account-page.ts': ['account'],
  'oidc/account-page/email-page.ts': ['email', 'email-code'],
  'oidc/account-page/link-password-page.ts': ['link-directory-login'],
  'oidc/account-page/links-page.ts': ['links'],
  'oidc/account-page/password-page.ts': ['password'],
  'oidc/activity-page/activity-page.ts': ['activity', 'activity-not-me'],
  'oidc/ciba/requests-page.ts': ['requests', 'request'],
  'oidc/device/device-pages.ts': ['device', 'device-confirm', 'device-allowed', 'device-denied'],
  'oidc/factors-page/add-app-page.ts': ['add-app'],
  'oidc/factors-page/add-passkey-page.ts': ['add-passkey'],
  'oidc/factors-page/confirm-pages.ts': ['remove-factor', 'recovery-codes-made'],
  'oidc/factors-page/factors-page.ts': ['factors'],
  'oidc/features/front-channel.ts': ['signed-out-apps'],
  'oidc/features/logout.ts': ['sign-out-nobody', 'sign-out', 'sign-out-called-off'],
  'oidc/interactions/consent-page.ts': ['consent', 'consent-command-line'],
  'oidc/interactions/not-assigned.ts': ['not-assigned'],
  'oidc/interactions/select-account.ts': ['select-account'],
  'oidc/interactions/unmet.ts': ['unmet'],
  'oidc/mailed-links/invitation-page.ts': ['invitation', 'invitation-accepted'],
  'oidc/mailed-links/not-me-page.ts': ['not-me', 'not-me-secured'],
  'oidc/mailed-links/recovery-pages.ts': [
    'recovery',
    'recovery-begun',
    'recovery-factor',
    'recovery-password',
    'recovery-done',
  ],
  'oidc/profile-page/profile-page.ts': ['profile'],
  'sign-in/confirm-browser/confirm-browser-page.ts': ['confirm-browser'],
  'sign-in/connectors/connector-routes.ts': ['connector-failed'],
  'sign-in/console-federation/console-pages.ts': ['console-session-other', 'console-session', 'console-federation'],
  'sign-in/pages/answered-page.ts': ['sent-twice', 'sign-in-over'],
  'sign-in/pages/change-password-page.ts': ['new-password'],
  'sign-in/pages/directory-page.ts': ['directory'],
  'sign-in/pages/mfa-page.ts': ['mfa-code', 'mfa-code-refused'],
  'sign-in/pages/name-page.ts': ['sign-in'],
  'sign-in/pages/posting-page.ts': ['saml-hand-over'],
  'sign-in/pages/ways-page.ts': ['ways'],
  'sign-in/policy/enrol-factor-page.ts': ['enrol-factor', 'enrol-passkey'],
  'sign-in/policy/refused-step.ts': ['policy-refused'],
  'sign-in/policy/strong-factor-step.ts': ['passkey-required', 'new-passkey'],
  'sign-in/start/credentials-page.ts': ['role-credentials'],
  'sign-in/start/start-page.ts': ['start', 'administrator-role'],
};

const SRC = 'src';
/** Not pages of the server: the console has its own, and the command line answers a browser with one line. */
const ELSEWHERE = ['console/', 'cli/'];

const headingsOf = (file: string): number => readFileSync(join(SRC, file), 'utf8').match(/<h1\b/g)?.length ?? 0;
const pages: ReadonlyMap<string, number> = new Map(
  readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !ELSEWHERE.some((layer) => file.startsWith(layer)))
    .map((file): [string, number] => [file, headingsOf(file)])
    .filter(([, headings]) => headings > 0),
);
/** What the suites look at, literally. */
const lookedAt = readdirSync('test/clients')
  .filter((file) => file.endsWith('.test.ts'))
  .map((file) => readFileSync(join('test/clients', file), 'utf8'))
  .filter((text) => text.includes('lookAt'))
  .join('\n');

describe('every page has a picture', () => {
  test('all modules that render pages are listed, and no others', () => {
    expect(Object.keys(PICTURES).sort()).toEqual([...pages.keys()].sort());
  });

  test.each(Object.entries(PICTURES))('%s has one for each of its pages', (file, names) => {
    expect(names.length).toBeGreaterThanOrEqual(pages.get(file) ?? 0);
    for (const name of names) expect([name, lookedAt.includes(`'${name}'`)]).toEqual([name, true]);
  });
});
