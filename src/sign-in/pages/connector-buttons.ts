import { iconPath } from '../../federation/connectors/icon-path.ts';
import { type Html, html } from '../../http/html.ts';
import { say } from '../../http/messages/say.ts';
import type { Connector } from '../../identity/documents/connector.ts';
import { type FormTarget, stepForm } from './step-form.ts';

export interface ConnectorButtons {
  readonly target: FormTarget;
  readonly buttons: readonly Pick<Connector, 'name' | 'displayName' | 'icon' | 'updatedAt'>[];
  /** Whether an e-mail address may lead to a provider. */
  readonly hasDomains: boolean;
  /** The address to begin with. */
  readonly address: string;
}

/** The names of the steps that these forms are for. */
export const CONNECTOR_STEP = 'connector';
export const HOME_REALM_STEP = 'home-realm';

/** The ways to sign in elsewhere; empty if there are none. */
export function connectorButtons({ target, buttons, hasDomains, address }: ConnectorButtons): Html {
  if (buttons.length === 0 && !hasDomains) return html``;
  return html`<p class="or">${say('signIn.or')}</p>
${buttons.map(({ name, displayName, icon, updatedAt }) =>
  stepForm(
    CONNECTOR_STEP,
    target,
    html`<input type="hidden" name="connector" value="${name}">
<button type="submit" class="second">${
      icon !== undefined && html`<img src="${iconPath(name)}?v=${updatedAt}" alt="" width="20" height="20"> `
    }${say('signIn.continueWith', { provider: displayName })}</button>`,
  ),
)}${
  hasDomains &&
  stepForm(
    HOME_REALM_STEP,
    target,
    html`<label for="address">${say('signIn.workEmail')}<span class="hint">${say('signIn.workEmailHint')}</span></label>
<input id="address" name="address" type="email" autocomplete="email" autocapitalize="none" spellcheck="false" required value="${address}">
<button type="submit" class="second">${say('signIn.continueWithSso')}</button>`,
  )
}`;
}
