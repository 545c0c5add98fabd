import { type Html, type HtmlValue, html, type Text } from '../../http/html.ts';
import { FACTORS_PATH } from '../own-client.ts';

/** What the forms of these pages ask for. */
export type FactorRequest =
  | 'add-app'
  | 'confirm-app'
  | 'add-passkey'
  | 'confirm-passkey'
  | 'rename'
  | 'remove'
  | 'confirm-remove'
  | 'make-codes';

export interface FactorForm {
  readonly csrf: string;
  readonly act: FactorRequest;
  readonly serialNumber?: string;
}

export function factorForm({ csrf, act, serialNumber }: FactorForm, content: HtmlValue): Html {
  return html`<form method="post" action="${FACTORS_PATH}"><input type="hidden" name="csrf" value="${csrf}"><input type="hidden" name="do" value="${act}">${
    serialNumber !== undefined && html`<input type="hidden" name="factor" value="${serialNumber}">`
  }
${content}</form>`;
}

export const backToFactors = (text: Text): Html => html`<a class="button second" href="${FACTORS_PATH}">${text}</a>`;
