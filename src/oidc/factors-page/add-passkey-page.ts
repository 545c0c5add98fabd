import { type Html, html, type Text } from '../../http/html.ts';
import { say } from '../../http/messages/say.ts';
import { errorSummary } from '../../http/page.ts';
import { PASSKEY_SCRIPT, passkeyForm } from '../../http/passkey-form.ts';
import { FACTORS_PATH } from '../own-client.ts';
import { backToFactors, type FactorRequest } from './factor-form.ts';

export interface AddPasskeyPage {
  readonly csrf: string;
  readonly options: object;
  readonly token: string;
  readonly label: string;
  readonly error?: Text | undefined;
}

const ACT: FactorRequest = 'confirm-passkey';

/** Has the browser make a passkey. */
export function addPasskeyPage({ csrf, options, token, label, error }: AddPasskeyPage): Html {
  return html`<h1>${say('factors.addPasskey')}</h1>
${errorSummary(error)}
<p>${say('factors.passkeyExplained')}</p>
<p data-without-passkey><strong>${say('factors.noPasskeysHere')}</strong></p>
${passkeyForm(
  { action: FACTORS_PATH, ceremony: 'create', options, token, hidden: { csrf, do: ACT } },
  html`<label for="label">${say('factors.name')}<span class="hint">${say('factors.nameHintKey')}</span></label>
<input id="label" name="label" value="${label}" maxlength="64">
<button type="submit">${say('frame.continue')}</button>`,
)}
${backToFactors(say('frame.cancel'))}
${PASSKEY_SCRIPT}`;
}
