import { type Html, html, type Text } from '../../http/html.ts';
import { say } from '../../http/messages/say.ts';

export interface AnsweredPage {
  /** `undefined` for our own pages. */
  readonly appName: string | Text | undefined;
  /** Who signed in with the first answer, if it was a sign-in. */
  readonly personName: string | undefined;
  /** Where the browser continues with the first answer. */
  readonly continueAt: string;
}

const appOrAccount = (name: string | Text | undefined): string | Text => name ?? say('signIn.accountInText');

/**
 * Shown for a second form of one sign-in. After a double click, a browser only shows the response to the second form, so this page
 * continues with the answer to the first one. It says who signed in, because another person may have sent the second form.
 */
export function answeredPage({ appName, personName, continueAt }: AnsweredPage): Html {
  return html`<h1>${say('signIn.youAnswered')}</h1>
<p>${
    personName === undefined
      ? say('signIn.firstAnswerCounts')
      : say('signIn.firstAnswerCountsAs', { person: html`<strong>${personName}</strong>` })
  }</p>
<p><a class="button" href="${continueAt}">${say('frame.continueTo', { app: appOrAccount(appName) })}</a></p>`;
}

export interface FinishedPage {
  readonly appName: string | undefined;
  /** The app's start URL, if known. */
  readonly startAt: string | undefined;
}

/** Shown for a form or an old page of a sign-in whose result the app already has: only the app can start another one. */
export function finishedPage({ appName, startAt }: FinishedPage): Html {
  const name = appOrAccount(appName);
  const app = html`<strong>${name}</strong>`;
  return html`<h1>${say('signIn.finished')}</h1>
<p>${startAt === undefined ? say('signIn.goBackTo', { app }) : say('signIn.openTo', { app })}</p>
${startAt !== undefined && html`<p><a class="button" href="${startAt}">${say('signIn.openApp', { app: name })}</a></p>`}`;
}
