import { openMailedCodes } from '../identity/mailed-codes/mailed-codes.ts';
import { type BrowserChecks, openBrowserChecks } from '../sign-in/confirm-browser/confirm-browser.ts';
import type { RecordSignInEvent } from '../sign-in/events/sign-in-events.ts';
import { type MailedAddresses, openMailedAddresses } from './account-page/mailed-addresses.ts';
import type { Background } from './background.ts';
import type { OidcDependencies } from './oidc-dependencies.ts';

interface MailedCodesParts {
  readonly recordEvent: RecordSignInEvent;
  readonly background: Background;
}

/** What codes by mail are for: confirming browsers and e-mail addresses. Without a mail server, no address can be confirmed. */
export function mailedCodesOf(
  { identities: store, ephemeral, keyRing, clock, random, mailer, advise = () => {} }: OidcDependencies,
  { recordEvent, background }: MailedCodesParts,
): { readonly browsers: BrowserChecks; readonly mailedAddresses: MailedAddresses | undefined } {
  const codes = openMailedCodes({ ephemeral, secret: keyRing.secret('mailed-codes'), clock, random });
  return {
    browsers: openBrowserChecks({ store, ephemeral, mailer, codes, recordEvent, clock, advise }),
    mailedAddresses:
      mailer &&
      openMailedAddresses({ store, mailer, codes, ephemeral, clock, inBackground: (work) => background.run(work) }),
  };
}
