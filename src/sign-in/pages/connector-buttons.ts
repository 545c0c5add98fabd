import { iconPath } from '../../federation/connectors/icon-path.ts';
import { type Html, html } from '../../http/html.ts';
import { say } from '../../http/messages/say.ts';
import type { Connector } from '../../identity/documents/connector.ts';
import { type FormTarget, stepForm } from './step-form.ts';

export interface ConnectorButtons {
  readonly target: FormTarget;
  readonly buttons: readonly Pick<Connector, 'name' | 'displayName' | 'icon' | 'updatedAt'>[];
  /** The address to begin with at the provider. */
  readonly address?: string | undefined;
  /** Where the line between these and the other ways goes. */
  readonly line: 'before' | 'after';
}

/** The name of the step that these forms are for. */
export const CONNECTOR_STEP = 'connector';

const LINE = html`<p class="or">${say('signIn.or')}</p>`;

/** The ways to sign in elsewhere; `undefined` if there are none. */
export function connectorButtons({ target, buttons, address, line }: ConnectorButtons): Html | undefined {
  if (buttons.length === 0) return undefined;
  return html`${line === 'before' && LINE}
${buttons.map(({ name, displayName, icon, updatedAt }) =>
  stepForm(
    CONNECTOR_STEP,
    target,
    html`<input type="hidden" name="connector" value="${name}">${
      address !== undefined && html`<input type="hidden" name="address" value="${address}">`
    }
<button type="submit" class="second">${
      icon !== undefined && html`<img src="${iconPath(name)}?v=${updatedAt}" alt="" width="20" height="20"> `
    }${say('signIn.continueWith', { provider: displayName })}</button>`,
  ),
)}${line === 'after' && LINE}`;
}
