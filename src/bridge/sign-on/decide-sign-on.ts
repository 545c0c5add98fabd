import type { BrowserLogin } from '../../sign-in/protocol-pages.ts';
import { formatFor, isPairwise, isUnspecified, nameIdFormatUrn } from '../answers/name-id.ts';
import type { StatusCode } from '../answers/response.ts';
import { contextOf } from '../requests/authn-context.ts';
import { isBindingSupported } from '../requests/check-authn-request.ts';
import type { SignOn } from '../stores/pending-sign-ons.ts';
import type { SamlApplication } from '../stores/saml-applications.ts';

/** What a sign-on leads to, as far as it can be told without the person's attributes. */
export type SignOnDecision =
  | { readonly kind: 'sign-in'; readonly reauthenticate: boolean; readonly hint: string | undefined }
  | { readonly kind: 'refuse'; readonly status: StatusCode }
  /** The person may not use the application, and is told so before the application is. */
  | { readonly kind: 'denied' }
  | {
      readonly kind: 'issue';
      readonly format: NonNullable<ReturnType<typeof formatFor>>;
      readonly classRef: string;
    };

export interface DecidedSignOn {
  readonly signOn: SignOn;
  readonly application: SamlApplication;
  readonly login: BrowserLogin | undefined;
  readonly mayUse: (login: BrowserLogin) => boolean;
  /** Ms since the epoch. */
  readonly now: number;
}

/** Decides about a sign-on (SAML V2.0 Core §3.4.1.4). What no login could meet is refused first, so that nobody signs in for nothing. */
export function decideSignOn({ signOn, application, login, mayUse, now }: DecidedSignOn): SignOnDecision {
  const { request } = signOn;
  const { settings, entityId } = application;
  if (request !== undefined && !isBindingSupported(request)) return { kind: 'refuse', status: 'UnsupportedBinding' };
  const format = formatFor(request?.nameIdPolicy, { own: settings.nameId.format, entityId });
  if (format === undefined) return { kind: 'refuse', status: 'InvalidNameIDPolicy' };
  const context = contextOf(request?.context, login ?? { amr: [] }, settings.authnContexts);
  if ('unmet' in context && context.unmet === 'impossible') return { kind: 'refuse', status: 'NoAuthnContext' };
  const isFresh = login !== undefined && isNew(login, signOn);
  const hint = hintOf(request?.subject, settings.nameId.format);
  const isTooOld = login !== undefined && now - login.signedInAt > (settings.maxSignInAge ?? Infinity) * 1000;
  if (login === undefined || isTooOld || (request?.forceAuthn === true && !isFresh)) {
    if (request?.isPassive === true) return { kind: 'refuse', status: 'NoPassive' };
    return { kind: 'sign-in', reauthenticate: login !== undefined, hint };
  }
  if (!mayUse(login)) return request?.isPassive ? { kind: 'refuse', status: 'RequestDenied' } : { kind: 'denied' };
  if ('unmet' in context) {
    // A new sign-in may have a second factor; once it has taken place without one, there is none.
    if (isFresh || request?.isPassive === true) return { kind: 'refuse', status: 'NoAuthnContext' };
    return { kind: 'sign-in', reauthenticate: true, hint };
  }
  return { kind: 'issue', format, classRef: context.classRef };
}

/** Whether a login was made for a sign-on. Times have whole seconds, so a login of the same second may still be the one from before. */
function isNew({ signedInAt, holder }: BrowserLogin, { begunAt, askedOver }: SignOn): boolean {
  if (askedOver === undefined || askedOver.holder === holder) return false;
  return signedInAt >= Math.floor(begunAt / 1000) * 1000;
}

/** The name to begin a sign-in with. A pairwise one is not what the person types, and is nobody else's business. */
function hintOf(
  subject: NonNullable<SignOn['request']>['subject'],
  own: SamlApplication['settings']['nameId']['format'],
): string | undefined {
  if (subject === undefined) return undefined;
  const format = isUnspecified(subject.format) ? nameIdFormatUrn(own) : subject.format;
  return isPairwise(format) ? undefined : subject.value;
}
