import { type Html, type HtmlValue, html, type Text } from '../../http/html.ts';
import { say } from '../../http/messages/say.ts';
import { errorSummary } from '../../http/page.ts';
import type { Person } from '../../identity/credentials/people.ts';
import { mailedCodeField } from '../../sign-in/confirm-browser/confirm-browser-page.ts';
import { ACCOUNT_PATH, EMAIL_PATH } from '../own-client.ts';

/** The field with the code that confirms an address. */
export const ADDRESS_CODE = 'addressCode';

export interface EmailPage {
  readonly csrf: string;
  readonly person: Person;
  /** What was typed. */
  readonly email: string | undefined;
  readonly notice?: Text | undefined;
  readonly error?: Text | undefined;
}

/** A form of these pages. @param email the address that is to be confirmed, unless the content has a field for it. */
export function emailForm(csrf: string, content: HtmlValue, email?: string): Html {
  return html`<form method="post" action="${EMAIL_PATH}"><input type="hidden" name="csrf" value="${csrf}">${
    email !== undefined && html`<input type="hidden" name="email" value="${email}">`
  }
${content}</form>`;
}

/** Shows the e-mail address of a person, and takes another one. */
export function emailPage({ csrf, person, email, notice, error }: EmailPage): Html {
  const invalid = error !== undefined && html` aria-invalid="true" aria-describedby="errors"`;
  // Only one that is not confirmed yet is likely to be typed again.
  const suggested = email ?? (person.isEmailVerified ? '' : (person.email ?? ''));
  return html`<h1>${say('mailedCodes.title')}</h1>
${notice !== undefined && html`<p role="status"><strong>${notice}</strong></p>`}
${errorSummary(error)}
<p>${standing(person)}</p>
<p>${say('mailedCodes.explained')}</p>
${emailForm(
  csrf,
  html`<label for="email">${say('mailedCodes.title')}</label>
<input id="email" name="email" type="email" autocomplete="email" maxlength="320" required value="${suggested}"${invalid}>
<button type="submit">${say('mailedCodes.confirmAddress')}</button>`,
)}
<p><a class="button second" href="${ACCOUNT_PATH}">${say('account.title')}</a></p>`;
}

function standing({ email, isEmailVerified }: Person): Text {
  if (email === undefined) return say('mailedCodes.noAddress');
  const address = html`<strong>${email}</strong>`;
  return isEmailVerified ? say('mailedCodes.current', { address }) : say('mailedCodes.unconfirmed', { address });
}

/** Asks for the code. The same whether the person can have the address or not (S25). */
export function addressCodePage({ csrf, email = '', error }: Omit<EmailPage, 'person' | 'notice'>): Html {
  return html`<h1>${say('mailedCodes.title')}</h1>
${errorSummary(error)}
<p>${say('mailedCodes.ifFree', { address: html`<strong>${email}</strong>` })}</p>
${emailForm(
  csrf,
  html`${mailedCodeField(ADDRESS_CODE, error)}
<button type="submit">${say('frame.continue')}</button>`,
  email,
)}
<p class="soft">${say('mailedCodes.noMail')}</p>
${emailForm(csrf, html`<button type="submit" class="second">${say('mailedCodes.sendAnother')}</button>`, email)}
<a class="button second" href="${EMAIL_PATH}">${say('frame.cancel')}</a>`;
}
