import { REQUESTS_PATH } from '../own-client.ts';

/** Marks a sign-in after which the person continues with a request of an app. Its id follows, and the app, if it is known. */
const BACK_TO_REQUEST = 'request:';
const STATE = /^request:([\w-]{22})?(?::(.+))?$/s;

/** The state of a sign-in for a request. @param clientId the app, for which the sign-in policy then decides. */
export function requestState(id?: string, clientId?: string): string {
  return `${BACK_TO_REQUEST}${id ?? ''}${clientId === undefined ? '' : `:${clientId}`}`;
}

/** Where a sign-in for a request leads; `undefined` for any other sign-in. */
export function requestReturn(state: unknown): string | undefined {
  const found = typeof state === 'string' ? STATE.exec(state) : null;
  if (found === null) return undefined;
  return found[1] === undefined ? REQUESTS_PATH : `${REQUESTS_PATH}/${found[1]}`;
}

/** The app whose request a sign-in is for. */
export function requestingApp(state: unknown): string | undefined {
  return typeof state === 'string' ? STATE.exec(state)?.[2] : undefined;
}
