import { type Html, html, type Text } from '../../http/html.ts';
import { say } from '../../http/messages/say.ts';
import { errorSummary } from '../../http/page.ts';
import type { QrOutline } from '../../identity/factors/draw-qr-code.ts';
import { CODE_PATTERN } from '../../sign-in/codes/typed-code.ts';
import { backToFactors, factorForm } from './factor-form.ts';

export interface AddAppPage {
  readonly csrf: string;
  readonly qr: QrOutline;
  /** The seed in base32. */
  readonly key: string;
  /** What the QR code says, for an app on the same device. */
  readonly uri: string;
  readonly label: string;
  readonly error?: Text | undefined;
}

/** Shows the seed of a new authenticator app, and asks for a code that proves that the app has it. */
export function addAppPage({ csrf, qr: { size, path }, key, uri, label, error }: AddAppPage): Html {
  const invalid = error !== undefined && html` aria-invalid="true" aria-describedby="errors"`;
  return html`<h1>${say('factors.addApp')}</h1>
${errorSummary(error)}
<p>${say('factors.scan', { link: html`<a href="${uri}">${say('factors.openApp')}</a>` })}</p>
<p><svg role="img" aria-label="${say('factors.qrCode')}" viewBox="0 0 ${size} ${size}" width="240" height="240" shape-rendering="crispEdges"><rect width="${size}" height="${size}" fill="#fff"/><path d="${path}" fill="#000"/></svg></p>
<details><summary>${say('factors.typeKey')}</summary>
<p>${say('factors.timeBased')}</p><pre>${(key.match(/.{1,4}/g) ?? []).join(' ')}</pre></details>
${factorForm(
  { csrf, act: 'confirm-app' },
  html`<label for="label">${say('factors.name')}<span class="hint">${say('factors.nameHintApp')}</span></label>
<input id="label" name="label" value="${label}" maxlength="64">
<label for="code">${say('factors.codeNow')}</label>
<input id="code" name="code" inputmode="numeric" autocomplete="one-time-code" pattern="${CODE_PATTERN}" required${invalid}>
<button type="submit">${say('factors.addTheApp')}</button>`,
)}
${backToFactors(say('frame.cancel'))}`;
}
