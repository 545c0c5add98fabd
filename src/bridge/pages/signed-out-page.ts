import { type Html, html } from '../../http/html.ts';
import { say } from '../../http/messages/say.ts';

/** Tells a person that they are signed out, and at which apps they may not be. @param next where they can go on. */
export function signedOutPage({ ended, next }: { readonly ended: readonly string[]; readonly next?: string }): Html {
  return html`<h1>${say('frame.signedOut')}</h1>
${
  ended.length > 0 &&
  html`<p>${say('apps.mayStillBe')}</p>
<ul>${ended.map((name) => html`<li>${name}</li>`)}</ul>`
}
${next === undefined ? html`<p>${say('frame.mayClose')}</p>` : html`<p><a href="${next}">${say('frame.continue')}</a></p>`}
<p><a href="/sign-in">${say('frame.signInAgain')}</a></p>`;
}
