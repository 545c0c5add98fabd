import { type Html, html } from '../../http/html.ts';
import { say } from '../../http/messages/say.ts';
import type { Factor } from '../../identity/credentials/credential-holder.ts';
import { nameOfFactor } from '../account-page/factor-names.ts';
import { backToFactors, factorForm } from './factor-form.ts';

export interface RemoveFactorPage {
  readonly csrf: string;
  readonly factor: Factor;
  readonly isLast: boolean;
}

/** Asks whether to remove a factor, and says what follows. */
export function removeFactorPage({ csrf, factor, isLast }: RemoveFactorPage): Html {
  const name = nameOfFactor(factor);
  return html`<h1>${say('factors.removeQuestion', { factor: name })}</h1>
<p>${say('factors.signsOutElsewhere')}${isLast && html` ${say('factors.onlyFactor')}`}</p>
${factorForm(
  { csrf, act: 'confirm-remove', serialNumber: factor.serialNumber },
  html`<button type="submit">${say('factors.removeFactor', { factor: name })}</button>`,
)}
${backToFactors(say('factors.keep'))}`;
}

/** Shows new recovery codes, for the only time. */
export function recoveryCodesPage(codes: readonly string[]): Html {
  return html`<h1>${say('factors.yourCodes')}</h1>
<p><strong>${say('factors.saveCodes')}</strong> ${say('factors.keepCodes')}</p>
<pre>${codes.join('\n')}</pre>
${backToFactors(say('factors.savedCodes'))}`;
}
