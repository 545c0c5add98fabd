import { type Html, html } from '../../http/html.ts';
import { say } from '../../http/messages/say.ts';
import { type PasskeyForm, passkeyForm } from '../../http/passkey-form.ts';
import type { FormTarget } from './step-form.ts';
import type { TypedName } from './typed-name.ts';

/** The name of the step that the button is for. */
export const PASSKEY_STEP = 'passkey';

/** The challenge that the button's form answers. */
export type PasskeyRequest = Pick<PasskeyForm, 'options' | 'token'>;

/**
 * The button that signs in with a passkey, in place of name and password. The same for everyone.
 * @param named the name that the passkey must belong to. Without one, the browser may offer passkeys in the name field.
 */
export function passkeyButton(
  { action, csrf }: FormTarget,
  request: PasskeyRequest | undefined,
  named?: TypedName,
): Html | undefined {
  if (request === undefined) return undefined;
  const hidden = { step: PASSKEY_STEP, csrf, ...named };
  return passkeyForm(
    { ...request, action, ceremony: 'get', autofill: named === undefined, hidden },
    html`<button type="submit" class="second">${say('signIn.usePasskey')}</button>`,
  );
}

/** The button that shows a passkey or security key as the second factor. */
export function securityKeyButton({ action, csrf }: FormTarget, request: PasskeyRequest): Html {
  return passkeyForm(
    { ...request, action, ceremony: 'get', hidden: { step: 'mfa', csrf } },
    html`<button type="submit">${say('signIn.usePasskeyOrKey')}</button>`,
  );
}
