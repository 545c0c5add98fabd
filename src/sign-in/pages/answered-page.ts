import { type Html, html } from '../../http/html.ts';

export interface AnsweredPage {
  /** `undefined` for our own pages. */
  readonly appName: string | undefined;
  /** Who signed in by the first answer, if it was a sign-in. */
  readonly personName: string | undefined;
  /** Where the browser continues with the first answer. */
  readonly continueAt: string;
}

const appOrAccount = (name: string | undefined): string => name ?? 'your account';

/**
 * Shown for a second form of one sign-in. A browser whose user double-clicks shows only the response to the second form, so this page leads
 * on with the answer that the first one gave. It says who signed in, because the second form may be another person's.
 */
export function answeredPage({ appName, personName, continueAt }: AnsweredPage): Html {
  return html`<h1>You have already answered</h1>
<p>You sent this form twice, or went back to it. Your first answer counts${
    personName !== undefined && html`: you are signed in as <strong>${personName}</strong>`
  }.</p>
<p><a class="button" href="${continueAt}">Continue to ${appOrAccount(appName)}</a></p>`;
}

export interface FinishedPage {
  readonly appName: string | undefined;
  /** Where the app starts, if that is known. */
  readonly startAt: string | undefined;
}

/** Shown for a form or an old page of a sign-in that the app has been told of already: only the app can start another. */
export function finishedPage({ appName, startAt }: FinishedPage): Html {
  const name = appOrAccount(appName);
  return html`<h1>This sign-in is already finished</h1>
<p>You sent a form twice, or went back to an old page. ${startAt === undefined ? 'Go back to' : 'Open'} <strong>${name}</strong> to
continue. If you are not signed in there, sign in again from there.</p>
${startAt !== undefined && html`<p><a class="button" href="${startAt}">Open ${name}</a></p>`}`;
}
