import { type Html, html } from './html.ts';
import { say } from './messages/say.ts';

/** Says that the person is signed out, and where to sign in again. */
export function signedOutPage(): Html {
  return html`<h1>${say('frame.signedOut')}</h1><p>${say('frame.mayClose')}</p><p><a href="/sign-in">${say('frame.signInAgain')}</a></p>`;
}
