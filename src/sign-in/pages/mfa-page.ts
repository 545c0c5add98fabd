import { type Html, html } from '../../http/html.ts';
import { errorSummary } from '../../http/page.ts';
import { PASSKEY_SCRIPT } from '../../http/passkey-form.ts';
import { type PasskeyRequest, securityKeyButton } from './passkey-button.ts';
import { cancelForm, type FormTarget, stepForm } from './step-form.ts';

const USUAL = {
  app: 'Your account is protected by a second factor. Open your authenticator app and type the six digits it shows now.',
  passkey: 'Your account is protected by a second factor. Have your passkey or security key at hand.',
  both: 'Your account is protected by a second factor. Use your passkey or security key, or type the six digits that your authenticator app shows now.',
} as const;

/** The ways that the page offers. */
export interface MfaWays {
  readonly app: boolean;
  readonly recoveryCode: boolean;
  readonly passkey?: PasskeyRequest | undefined;
}

export interface MfaPage {
  readonly target: FormTarget;
  /** Where the form is posted. */
  readonly step: 'mfa' | 'held';
  /** Default: a code of an app, or a recovery code. */
  readonly ways?: MfaWays;
  /** Why a code is required. Default: the person has a device. */
  readonly why?: string | undefined;
  readonly error?: string | undefined;
}

/** The heading of the page, which is also its title. */
export function mfaHeading({ app }: MfaWays): string {
  return app ? 'Enter your code' : 'Show your second factor';
}

/** Asks for the second factor: a passkey, a code from the person's authenticator app, or a recovery code. */
export function mfaPage({ target, step, ways = { app: true, recoveryCode: true }, why, error }: MfaPage): Html {
  const { app, recoveryCode, passkey } = ways;
  const usual = passkey === undefined ? USUAL.app : app ? USUAL.both : USUAL.passkey;
  return html`<h1>${mfaHeading(ways)}</h1>
<p>${why ?? usual}</p>
${errorSummary(error)}
${
  passkey !== undefined &&
  html`${securityKeyButton(target, passkey)}
<p class="soft" data-without-passkey>This browser cannot use passkeys here, or runs no scripts.</p>`
}
${
  app &&
  stepForm(
    step,
    target,
    html`<label for="code">MFA code</label>
<input id="code" name="code" inputmode="numeric" autocomplete="one-time-code" pattern="[0-9 ]{6,7}" required${
      error === undefined ? html` autofocus` : html` aria-invalid="true" aria-describedby="errors"`
    }>
<button type="submit"${passkey !== undefined && html` class="second"`}>Continue</button>`,
  )
}
${
  recoveryCode &&
  html`<details><summary>Use a recovery code</summary>
${stepForm(
  step,
  target,
  html`<label for="recovery-code">Recovery code<span class="hint">One of the ten codes that you saved. Each works once.</span></label>
<input id="recovery-code" name="code" autocomplete="off" autocapitalize="characters" spellcheck="false" maxlength="20" required>
<button type="submit">Continue with the recovery code</button>`,
)}</details>`
}
${cancelForm(target)}
${passkey !== undefined && PASSKEY_SCRIPT}`;
}
