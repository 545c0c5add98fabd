import { existsSync } from 'node:fs';
import { type CDPSession, chromium, type Page } from 'playwright-core';

/** Chromium, in which each page has a virtual authenticator (CDP, domain WebAuthn) with user verification. */
export interface TestBrowser {
  newPage(scripts?: 'without scripts'): Promise<Page>;
  /** Whether the person of the last page touches the authenticator. Until then, none does: the sign-in page asks as soon as it is open. */
  isPresent(enabled: boolean): Promise<void>;
  close(): Promise<void>;
}

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);

/** @param args More arguments of Chromium. */
export async function openChromium(args: readonly string[] = []): Promise<TestBrowser> {
  if (CHROMIUM === undefined) throw new Error('this suite needs Chromium: apt-get install chromium');
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', ...args] });
  let cdp: CDPSession | undefined;
  let authenticatorId = '';
  return {
    async newPage(scripts) {
      const context = await browser.newContext({ javaScriptEnabled: scripts === undefined });
      const page = await context.newPage();
      cdp = await context.newCDPSession(page);
      await cdp.send('WebAuthn.enable');
      ({ authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
        options: {
          protocol: 'ctap2',
          transport: 'internal',
          hasResidentKey: true,
          hasUserVerification: true,
          isUserVerified: true,
          automaticPresenceSimulation: false,
        },
      }));
      return page;
    },
    async isPresent(enabled) {
      if (cdp === undefined) throw new Error('no page is open');
      await cdp.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled });
    },
    close: () => browser.close(),
  };
}
