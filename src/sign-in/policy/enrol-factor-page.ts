import { type Html, html } from '../../http/html.ts';
import { errorSummary } from '../../http/page.ts';
import { PASSKEY_SCRIPT, type PasskeyForm, passkeyForm } from '../../http/passkey-form.ts';
import type { QrOutline } from '../../identity/factors/draw-qr-code.ts';
import { cancelForm, type FormTarget, stepForm } from '../pages/step-form.ts';

export interface EnrolFactorPage {
  readonly target: FormTarget;
  readonly userName: string;
  /** The ceremony that makes a passkey; `undefined` if browsers make none for this server. */
  readonly passkey: Pick<PasskeyForm, 'options' | 'token'> | undefined;
  /** The seed of an authenticator app; `undefined` if one is not enough. */
  readonly app: { readonly qr: QrOutline; readonly key: string; readonly uri: string } | undefined;
  /** The rules that ask for it. */
  readonly decidedBy: readonly string[];
  readonly error: string | undefined;
}

const STEP = 'enrol-factor';

/** Has a person add the factor without which their account does not let them in. */
export function enrolFactorPage({ target, userName, passkey, app, decidedBy, error }: EnrolFactorPage): Html {
  return html`<h1>Add a second factor</h1>
${errorSummary(error)}
<p>Your account asks <strong>${userName}</strong> for ${app === undefined ? 'a passkey or security key' : 'a second factor'}. Add one now to
continue. You will need it the next time, too.</p>
${passkey !== undefined && passkeySection(target, passkey)}
${app !== undefined && appSection(target, app, error !== undefined)}
${decidedBy.length > 0 && html`<p class="soft">Asked for by: ${decidedBy.join(', ')}</p>`}
${cancelForm(target)}
${passkey !== undefined && PASSKEY_SCRIPT}`;
}

function passkeySection({ action, csrf }: FormTarget, ceremony: NonNullable<EnrolFactorPage['passkey']>): Html {
  return html`<h2>Passkey or security key</h2>
<p>A passkey is kept by this device or your password manager. A security key is plugged in or held to the device.</p>
<p data-without-passkey><strong>This browser cannot make passkeys here, or runs no scripts.</strong> Sign in with another browser to add one.</p>
${passkeyForm(
  { ...ceremony, action, ceremony: 'create', hidden: { step: STEP, csrf } },
  html`<label for="passkey-label">Name<span class="hint">To tell it from your other factors, such as “Laptop”</span></label>
<input id="passkey-label" name="label" maxlength="64">
<button type="submit">Add a passkey or security key</button>`,
)}`;
}

function appSection(
  target: FormTarget,
  { qr, key, uri }: NonNullable<EnrolFactorPage['app']>,
  isInvalid: boolean,
): Html {
  const { size, path } = qr;
  const invalid = isInvalid && html` aria-describedby="errors"`;
  return html`<h2>Authenticator app</h2>
<p>Scan this code with the app, or <a href="${uri}">open the app on this device</a>.</p>
<p><svg role="img" aria-label="QR code for your authenticator app" viewBox="0 0 ${size} ${size}" width="240" height="240" shape-rendering="crispEdges"><rect width="${size}" height="${size}" fill="#fff"/><path d="${path}" fill="#000"/></svg></p>
<details><summary>Type a key instead</summary>
<p>The account uses time-based codes of six digits.</p><pre>${(key.match(/.{1,4}/g) ?? []).join(' ')}</pre></details>
${stepForm(
  STEP,
  target,
  html`<label for="code">Code that the app shows now</label>
<input id="code" name="code" inputmode="numeric" autocomplete="one-time-code" pattern="[0-9 ]{6,7}" required${invalid}>
<button type="submit" class="second">Add the app</button>`,
)}`;
}
