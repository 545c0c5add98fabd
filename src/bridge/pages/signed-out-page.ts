import { type Html, html } from '../../http/html.ts';

/** Tells a person that they are signed out, and at which apps they may not be. @param next where they can go on. */
export function signedOutPage({ ended, next }: { readonly ended: readonly string[]; readonly next?: string }): Html {
  return html`<h1>You are signed out</h1>
${
  ended.length > 0 &&
  html`<p>You may still be signed in to these apps. Close the browser, or sign out there:</p>
<ul>${ended.map((name) => html`<li>${name}</li>`)}</ul>`
}
${next === undefined ? html`<p>You can close this page.</p>` : html`<p><a href="${next}">Continue</a></p>`}
<p><a href="/sign-in">Sign in again</a></p>`;
}
