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

/** Whether a person may use an app. */
export function mayUseClient(client: Client, person: Person): boolean {
  const access = accessOf(client);
  return access === undefined || mayUse(access, person);
}

/** In seconds: the processes' clocks differ a little, and the first tokens may be issued by another one than created the app. */
const SLACK = 1;

/**
 * Whether a grant or token was issued before its app was disabled, or to another app: one of the configuration file that was removed and
 * deleted may have had the same id. Whatever was issued until then stays invalid.
 */
export function isEndedFor(client: Client, { iat = 0 }: { readonly iat?: number | undefined }): boolean {
  const [createdAt, endedAt] = [client?.['created_at'], client?.['ended_at']];
  if (typeof createdAt === 'number' && iat < Math.floor(createdAt / 1000) - SLACK) return true;
  return typeof endedAt === 'number' && iat <= Math.floor(endedAt / 1000);
}
