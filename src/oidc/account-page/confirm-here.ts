import type { Context } from 'koa';
import { type Html, type HtmlValue, html } from '../../http/html.ts';
import { say } from '../../http/messages/say.ts';
import { showPage } from '../../http/page.ts';
import type { Form } from '../../http/read-form.ts';
import type { BrowserStanding } from '../../identity/own-browsers/browser-standing.ts';
import { CONFIRM_FIELDS, confirmBrowserPage } from '../../sign-in/confirm-browser/confirm-browser-page.ts';
import { ACCOUNT_PATH } from '../own-client.ts';
import type { AccountRoutesDependencies } from './account-routes.ts';
import type { SignedIn } from './signed-in.ts';

type Dependencies = Pick<AccountRoutesDependencies, 'browsers' | 'devices' | 'factsOf'>;

/** What a signed-in person is about to do. */
export interface Confirming {
  readonly found: SignedIn;
  readonly form: Form;
}

/** Whether the person at this browser may add a way to sign in, or must confirm the browser first. */
export function standingHere(
  { browsers, devices }: Dependencies,
  ctx: Context,
  { person, session }: SignedIn,
): Promise<BrowserStanding> {
  return browsers.standing({ person, amr: session.amr ?? [], device: devices.idOf(ctx) });
}

const TITLE = say('mailedCodes.confirmTitle');

/**
 * Has a person confirm the browser. The first form that leads here has a code mailed, and the next ones bring it.
 * @param wrap makes a form that leads back here, and repeats what the person is about to do.
 * @returns whether they may go on; otherwise the page is shown.
 */
export async function confirmHere(
  { browsers, devices, factsOf }: Dependencies,
  ctx: Context,
  { found: { person, session }, form }: Confirming,
  wrap: (content: HtmlValue) => Html,
): Promise<boolean> {
  const device = devices.idOf(ctx) ?? devices.newId();
  const call = { person, session: session.uid, device, source: factsOf(ctx.req) };
  const isAsked = [CONFIRM_FIELDS.send, CONFIRM_FIELDS.code].some((field) => form.get(field) !== undefined);
  const page = isAsked ? undefined : await browsers.page(call);
  const shown = page?.isSent === true ? page : await browsers.run(call, form);
  devices.keep(ctx, device);
  if (shown === 'confirmed') return true;
  const { status, waitMs, ...rest } = shown;
  ctx.status = status;
  if (waitMs !== undefined) ctx.set('Retry-After', String(Math.ceil(waitMs / 1000)));
  const body = html`${confirmBrowserPage(rest, wrap)}
<a class="button second" href="${ACCOUNT_PATH}">${say('frame.cancel')}</a>`;
  showPage(ctx, { title: rest.error === undefined ? TITLE : say('frame.errorTitle', { title: TITLE }), body });
  return false;
}
