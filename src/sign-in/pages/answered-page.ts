import { type Html, html } from '../../http/html.ts';

export interface AnsweredPage {
  /** `undefined` for our own pages. */
  readonly appName: string | undefined;
  /** Who signed in with the first answer, if it was a sign-in. */
  readonly personName: string | undefined;
  /** Where the browser continues with the first answer. */
  readonly continueAt: string;
}

const appOrAccount = (name: string | undefined): string => name ?? 'your account';

/**
 * Shown for a second form of one sign-in. After a double click, a browser only shows the response to the second form, so this page
 * continues with the answer to the first one. It says who signed in, because another person may have sent the second form.
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
  /** The app's start URL, if known. */
  readonly startAt: string | undefined;
}

/** Shown for a form or an old page of a sign-in whose result the app already has: only the app can start another one. */
export function finishedPage({ appName, startAt }: FinishedPage): Html {
  const name = appOrAccount(appName);
  return html`<h1>This sign-in is already finished</h1>
<p>You sent a form twice, or went back to an old page. ${startAt === undefined ? 'Go back to' : 'Open'} <strong>${name}</strong> to
continue. If you are not signed in there, sign in again from there.</p>
${startAt !== undefined && html`<p><a class="button" href="${startAt}">Open ${name}</a></p>`}`;
}
