import { type Html, type HtmlValue, html, type Text } from '../../http/html.ts';
import { say } from '../../http/messages/say.ts';
import { errorSummary } from '../../http/page.ts';
import { CODE_PATTERN } from '../codes/typed-code.ts';
import { maskAddress } from './mask-address.ts';

/** The field that says what is asked for, and the one with the code. */
export const CONFIRM_FIELDS = { send: 'sendCode', code: 'mailedCode' } as const;

/** What the page shows. */
export interface ConfirmingBrowser {
  readonly email: string;
  /** Whether a code was mailed, so that it can be typed. */
  readonly isSent: boolean;
  readonly error?: Text | undefined;
}

/** A field for a code that was mailed. */
export function mailedCodeField(name: string, error: Text | undefined): Html {
  const invalid = error !== undefined && html` aria-invalid="true" aria-describedby="errors"`;
  return html`<label for="mailed-code">${say('mailedCodes.codeFromMail')}</label>
<input id="mailed-code" name="${name}" inputmode="numeric" autocomplete="one-time-code" pattern="${CODE_PATTERN}" required${invalid}>`;
}

/**
 * Has a person show a code that is mailed to their address, before they add a way to sign in from a new browser.
 * @param form wraps fields in a form that leads back here.
 */
export function confirmBrowserPage(
  { email, isSent, error }: ConfirmingBrowser,
  form: (content: HtmlValue) => Html,
): Html {
  const address = html`<strong>${maskAddress(email)}</strong>`;
  const send = html`<input type="hidden" name="${CONFIRM_FIELDS.send}" value="1">`;
  return html`<h1>${say('mailedCodes.confirmTitle')}</h1>
${errorSummary(error)}
<p>${say('mailedCodes.confirmWhy', { address })}</p>
${
  isSent
    ? html`<p>${say('mailedCodes.sentTo', { address })}</p>
${form(html`${mailedCodeField(CONFIRM_FIELDS.code, error)}
<button type="submit">${say('frame.continue')}</button>`)}
${form(html`${send}<button type="submit" class="second">${say('mailedCodes.sendAnother')}</button>`)}`
    : form(html`${send}<button type="submit">${say('mailedCodes.sendCode')}</button>`)
}`;
}
