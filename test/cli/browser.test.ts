import { expect, test } from '@jest/globals';
import { browserPrograms, openBrowser } from '../../src/cli/browser.ts';

const URL_TEXT = 'https://iam.example.com/oidc/auth?a=1&b=2';

test.each([
  { of: 'macOS', platform: 'darwin', env: {}, expected: [['open', URL_TEXT]] },
  {
    of: 'Windows, without a shell that would read the &',
    platform: 'win32',
    env: {},
    expected: [['rundll32.exe', 'url.dll,FileProtocolHandler', URL_TEXT]],
  },
  { of: 'a desktop', platform: 'linux', env: { DISPLAY: ':0' }, expected: [['xdg-open', URL_TEXT]] },
  { of: 'Wayland', platform: 'linux', env: { WAYLAND_DISPLAY: 'wayland-0' }, expected: [['xdg-open', URL_TEXT]] },
  { of: 'no display', platform: 'linux', env: {}, expected: [] },
  { of: 'SSH with a forwarded display', platform: 'linux', env: { DISPLAY: ':10', SSH_CONNECTION: 'a' }, expected: [] },
  { of: 'SSH to macOS', platform: 'darwin', env: { SSH_TTY: '/dev/ttys1' }, expected: [] },
  {
    of: 'WSL: the browser of Windows',
    platform: 'linux',
    env: { WSL_DISTRO_NAME: 'Debian', DISPLAY: ':0' },
    expected: [
      ['wslview', URL_TEXT],
      ['/mnt/c/Windows/System32/rundll32.exe', 'url.dll,FileProtocolHandler', URL_TEXT],
    ],
  },
  {
    of: '$BROWSER, a list',
    platform: 'linux',
    env: { BROWSER: 'firefox --new-tab %s:w3m' },
    expected: [
      ['firefox', '--new-tab', URL_TEXT],
      ['w3m', URL_TEXT],
    ],
  },
  {
    of: '$BROWSER on Windows, a path with a colon and spaces',
    platform: 'win32',
    env: { BROWSER: 'C:\\Program Files\\b.exe' },
    expected: [['C:\\Program Files\\b.exe', URL_TEXT]],
  },
] as const)('[cli] the browser: $of', ({ platform, env, expected }) => {
  expect(browserPrograms({ platform, env }, URL_TEXT)).toEqual(expected);
});

test('[cli] a missing or failing opener does not end the sign-in: the next one is tried', async () => {
  expect(await openBrowser([['/nonexistent/xdg-open', URL_TEXT], ['false']])).toBe(false);
  expect(await openBrowser([['/nonexistent/xdg-open', URL_TEXT], ['true']])).toBe(true);
});
