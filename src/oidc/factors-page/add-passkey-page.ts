import { type Html, html } from '../../http/html.ts';
import { errorSummary } from '../../http/page.ts';
import { PASSKEY_SCRIPT, passkeyForm } from '../../http/passkey-form.ts';
import { FACTORS_PATH } from '../own-client.ts';
import { backToFactors, type FactorRequest } from './factor-form.ts';

export interface AddPasskeyPage {
  readonly csrf: string;
  readonly options: object;
  readonly token: string;
  readonly label: string;
  readonly error?: string | undefined;
}

const ACT: FactorRequest = 'confirm-passkey';

/** Has the browser make a passkey. */
export function addPasskeyPage({ csrf, options, token, label, error }: AddPasskeyPage): Html {
  return html`<h1>Add a passkey or security key</h1>
${errorSummary(error)}
<p>A passkey is kept by this device or your password manager. A security key is plugged in or held to the device. If you have a
password, a passkey that checks your finger, face or PIN can replace it when you sign in.</p>
<p data-without-passkey><strong>This browser cannot make passkeys here, or runs no scripts.</strong></p>
${passkeyForm(
  { action: FACTORS_PATH, ceremony: 'create', options, token, hidden: { csrf, do: ACT } },
  html`<label for="label">Name<span class="hint">To tell it from your other factors, such as “Laptop”</span></label>
<input id="label" name="label" value="${label}" maxlength="64">
<button type="submit">Continue</button>`,
)}
${backToFactors('Cancel')}
${PASSKEY_SCRIPT}`;
}
