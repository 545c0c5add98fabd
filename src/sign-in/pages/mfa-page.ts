import { type Html, html } from '../../http/html.ts';
import { errorSummary } from '../../http/page.ts';
import { cancelForm, type FormTarget, stepForm } from './step-form.ts';

const USUAL =
  'Your account is protected by a second factor. Open your authenticator app and type the six digits it shows now.';

export interface MfaPage {
  readonly target: FormTarget;
  /** Where the form is posted. */
  readonly step: 'mfa' | 'held';
  /** Why a code is required. Default: the person has a device. */
  readonly why?: string | undefined;
  readonly error?: string | undefined;
}

/** Asks for the second factor: a code from the person's authenticator app. */
export function mfaPage({ target, step, why = USUAL, error }: MfaPage): Html {
  return html`<h1>Enter your code</h1>
<p>${why}</p>
${errorSummary(error)}
${stepForm(
  step,
  target,
  html`<label for="code">MFA code</label>
<input id="code" name="code" inputmode="numeric" autocomplete="one-time-code" pattern="[0-9 ]{6,7}" required${
    error === undefined ? html` autofocus` : html` aria-invalid="true" aria-describedby="errors"`
  }>
<button type="submit">Continue</button>`,
)}
<details><summary>Use a recovery code</summary>
${stepForm(
  step,
  target,
  html`<label for="recovery-code">Recovery code<span class="hint">One of the ten codes that you saved. Each works once.</span></label>
<input id="recovery-code" name="code" autocomplete="off" autocapitalize="characters" spellcheck="false" maxlength="20" required>
<button type="submit">Continue with the recovery code</button>`,
)}</details>
${cancelForm(target)}`;
}
