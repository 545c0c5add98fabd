import { DEVICE_PATH } from './own-client.ts';

/** Marks a sign-in after which the person goes on with the code of a device, which follows if a link had one. */
const BACK_TO_DEVICE = 'device:';
const CODE = /^[\w -]{1,20}$/;

/** The code in a link, if it could be one. */
export function codeInLink(given: unknown): string | undefined {
  return typeof given === 'string' && CODE.test(given) ? given : undefined;
}

/** An address of the page for codes, with the code. */
export function withCode(url: string, given: unknown): string {
  const code = codeInLink(given);
  return code === undefined ? url : `${url}?user_code=${encodeURIComponent(code)}`;
}

/** The state of a sign-in that is for a device. */
export function deviceState(code: string | undefined): string {
  return BACK_TO_DEVICE + (code ?? '');
}

/** Where a sign-in for a device leads; `undefined` for any other sign-in. */
export function deviceReturn(state: unknown): string | undefined {
  if (typeof state !== 'string' || !state.startsWith(BACK_TO_DEVICE)) return undefined;
  return withCode(DEVICE_PATH, state.slice(BACK_TO_DEVICE.length));
}
