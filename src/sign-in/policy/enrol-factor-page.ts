import { type Html, html, type Text } from '../../http/html.ts';
import { say } from '../../http/messages/say.ts';
import { errorSummary } from '../../http/page.ts';
import { PASSKEY_SCRIPT, type PasskeyForm, passkeyForm } from '../../http/passkey-form.ts';
import type { QrOutline } from '../../identity/factors/draw-qr-code.ts';
import { CODE_PATTERN } from '../codes/typed-code.ts';
import { cancelForm, type FormTarget, stepForm } from '../pages/step-form.ts';
import { ruleNames } from './rule-names.ts';

export interface EnrolFactorPage {
  readonly target: FormTarget;
  readonly userName: string;
  /** The ceremony that makes a passkey; `undefined` if browsers make none for this server. */
  readonly passkey: Pick<PasskeyForm, 'options' | 'token'> | undefined;
  /** The seed of an authenticator app; `undefined` if one is not enough. */
  readonly app: { readonly qr: QrOutline; readonly key: string; readonly uri: string } | undefined;
  /** The rules that ask for it. */
  readonly decidedBy: readonly string[];
  readonly error: Text | undefined;
}

const STEP = 'enrol-factor';

/** Has a person add the factor without which their account does not let them in. */
export function enrolFactorPage({ target, userName, passkey, app, decidedBy, error }: EnrolFactorPage): Html {
  const person = html`<strong>${userName}</strong>`;
  return html`<h1>${say('signInPolicy.addFactor')}</h1>
${errorSummary(error)}
<p>${app === undefined ? say('signInPolicy.asksForPasskey', { person }) : say('signInPolicy.asksForFactor', { person })}</p>
${passkey !== undefined && passkeySection(target, passkey)}
${app !== undefined && appSection(target, app, error !== undefined)}
${decidedBy.length > 0 && html`<p class="soft">${say('signInPolicy.askedForBy', { rules: ruleNames(decidedBy) })}</p>`}
${cancelForm(target)}
${passkey !== undefined && PASSKEY_SCRIPT}`;
}

function passkeySection({ action, csrf }: FormTarget, ceremony: NonNullable<EnrolFactorPage['passkey']>): Html {
  return html`<h2>${say('factors.passkey')}</h2>
<p>${say('signInPolicy.whatPasskeysAre')}</p>
<p data-without-passkey><strong>${say('factors.noPasskeysHere')}</strong> ${say('signInPolicy.anotherBrowser')}</p>
${passkeyForm(
  { ...ceremony, action, ceremony: 'create', hidden: { step: STEP, csrf } },
  html`<label for="passkey-label">${say('factors.name')}<span class="hint">${say('factors.nameHintKey')}</span></label>
<input id="passkey-label" name="label" maxlength="64">
<button type="submit">${say('factors.addPasskey')}</button>`,
)}`;
}

function appSection(
  target: FormTarget,
  { qr, key, uri }: NonNullable<EnrolFactorPage['app']>,
  isInvalid: boolean,
): Html {
  const { size, path } = qr;
  const invalid = isInvalid && html` aria-describedby="errors"`;
  return html`<h2>${say('factors.app')}</h2>
<p>${say('factors.scan', { link: html`<a href="${uri}">${say('factors.openApp')}</a>` })}</p>
<p><svg role="img" aria-label="${say('factors.qrCode')}" viewBox="0 0 ${size} ${size}" width="240" height="240" shape-rendering="crispEdges"><rect width="${size}" height="${size}" fill="#fff"/><path d="${path}" fill="#000"/></svg></p>
<details><summary>${say('factors.typeKey')}</summary>
<p>${say('factors.timeBased')}</p><pre>${(key.match(/.{1,4}/g) ?? []).join(' ')}</pre></details>
${stepForm(
  STEP,
  target,
  html`<label for="code">${say('factors.codeNow')}</label>
<input id="code" name="code" inputmode="numeric" autocomplete="one-time-code" pattern="${CODE_PATTERN}" required${invalid}>
<button type="submit" class="second">${say('factors.addTheApp')}</button>`,
)}`;
}
