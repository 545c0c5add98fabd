import { type ApplicationAccess, isOpenToAccount, mayUse } from '../identity/applications/may-use.ts';
import type { Person } from '../identity/credentials/people.ts';

type Client = Readonly<Record<string, unknown>> | undefined;

/** Who may use a client, from its metadata. Our own pages have no such rule. */
function accessOf(client: Client): ApplicationAccess | undefined {
  return client?.['access'] as ApplicationAccess | undefined;
}

/** Whether users of an account may sign in to an app, unless it is for some of them only. */
export function isClientOpenTo(client: Client, accountId: string): boolean {
  const access = accessOf(client);
  return access === undefined || isOpenToAccount(access, accountId);
}

/** The account that alone may use a client; `undefined` if others may, too. */
export function onlyAccountOf(client: Client): string | undefined {
  const access = accessOf(client);
  return access === undefined || access.openTo === 'everyone' ? undefined : access.accountId;
}

/** The account that a client belongs to; `undefined` for our own clients. */
export function accountOfClient(client: Client): string | undefined {
  return accessOf(client)?.accountId;
}

/** Whether a person may use an app. */
export function mayUseClient(client: Client, person: Person): boolean {
  const access = accessOf(client);
  return access === undefined || mayUse(access, person);
}

/** Whether a grant or token was issued before its app was disabled. Whatever was issued until then stays invalid. */
export function isEndedFor(client: Client, { iat = 0 }: { readonly iat?: number | undefined }): boolean {
  const endedAt = client?.['ended_at'];
  return typeof endedAt === 'number' && iat <= Math.floor(endedAt / 1000);
}

/** How long a sign-in may be old when the app asks for one, in seconds; `undefined` if it does not limit that. */
export function maxSignInAge(client: Client): number | undefined {
  return limitIn(client, 'max_sign_in_age');
}

/** The times of a refresh token, in seconds since the epoch. */
interface RefreshTimes {
  /** When this token was issued: it is replaced at each use. */
  readonly iat?: number | undefined;
  /** When the first one of its family was issued. */
  readonly iiat?: number | undefined;
}

/** Whether a refresh token has reached a limit of its app. Limits are read each time, so shorter ones apply to tokens that exist. */
export function isRefreshOver(client: Client, { iat = 0, iiat = iat }: RefreshTimes, now: number): boolean {
  const idle = limitIn(client, 'refresh_token_idle_seconds') ?? Infinity;
  const absolute = limitIn(client, 'refresh_token_max_seconds') ?? Infinity;
  return !(now < Math.min(iat + idle, iiat + absolute) * 1000);
}

function limitIn(client: Client, name: string): number | undefined {
  const value = client?.[name];
  return typeof value === 'number' ? value : undefined;
}
