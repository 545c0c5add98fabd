import { type Html, html } from '../../http/html.ts';

/** Tells a person that they are signed out, and at which apps they may not be. */
export function signedOutPage(stillSignedIn: readonly string[]): Html {
  return html`<h1>You are signed out</h1>
${
  stillSignedIn.length > 0 &&
  html`<p>You may still be signed in to these apps. Close the browser, or sign out there:</p>
<ul>${stillSignedIn.map((name) => html`<li>${name}</li>`)}</ul>`
}
<p>You can close this page.</p><p><a href="/sign-in">Sign in again</a></p>`;
}
