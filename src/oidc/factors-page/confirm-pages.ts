import { type Html, html } from '../../http/html.ts';
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
  return html`<h1>Remove ${name}?</h1>
<p>You will be signed out everywhere else.${
    isLast &&
    ' This is your only second factor: afterwards your password alone signs you in, and your recovery codes end.'
  }</p>
${factorForm(
  { csrf, act: 'confirm-remove', serialNumber: factor.serialNumber },
  html`<button type="submit">Remove ${name}</button>`,
)}
${backToFactors('Keep it')}`;
}

/** Shows new recovery codes, for the only time. */
export function recoveryCodesPage(codes: readonly string[]): Html {
  return html`<h1>Your recovery codes</h1>
<p><strong>Save these codes now: they are not shown again.</strong> Keep them where a thief of your devices does not find them.
Each signs you in once in place of your second factor. Earlier codes no longer work.</p>
<pre>${codes.join('\n')}</pre>
${backToFactors('I have saved them')}`;
}
