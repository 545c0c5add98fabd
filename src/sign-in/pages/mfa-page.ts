import { type Html, html, type Text } from '../../http/html.ts';
import { say } from '../../http/messages/say.ts';
import { errorSummary } from '../../http/page.ts';
import { PASSKEY_SCRIPT } from '../../http/passkey-form.ts';
import { CODE_PATTERN } from '../codes/typed-code.ts';
import { type PasskeyRequest, securityKeyButton } from './passkey-button.ts';
import { cancelForm, type FormTarget, stepForm } from './step-form.ts';

const USUAL = {
  app: say('signIn.protectedByApp'),
  passkey: say('signIn.protectedByPasskey'),
  both: say('signIn.protectedByBoth'),
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
  readonly why?: Text | undefined;
  readonly error?: Text | undefined;
}

/** The heading of the page, which is also its title. */
export function mfaHeading({ app }: MfaWays): Text {
  return app ? say('signIn.enterCode') : say('signIn.showFactor');
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
<p class="soft" data-without-passkey>${say('signIn.noPasskeysHere')}</p>`
}
${
  app &&
  stepForm(
    step,
    target,
    html`<label for="code">${say('signIn.mfaCode')}</label>
<input id="code" name="code" inputmode="numeric" autocomplete="one-time-code" pattern="${CODE_PATTERN}" required${
      error === undefined ? html` autofocus` : html` aria-invalid="true" aria-describedby="errors"`
    }>
<button type="submit"${passkey !== undefined && html` class="second"`}>${say('frame.continue')}</button>`,
  )
}
${
  recoveryCode &&
  html`<details><summary>${say('signIn.useRecoveryCode')}</summary>
${stepForm(
  step,
  target,
  html`<label for="recovery-code">${say('signIn.recoveryCode')}<span class="hint">${say('signIn.recoveryCodeHint')}</span></label>
<input id="recovery-code" name="code" autocomplete="off" autocapitalize="characters" spellcheck="false" maxlength="20" required>
<button type="submit">${say('signIn.continueWithRecoveryCode')}</button>`,
)}</details>`
}
${cancelForm(target)}
${passkey !== undefined && PASSKEY_SCRIPT}`;
}
