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

/** Whether a grant or token was issued before its app was disabled. Whatever was issued until then stays invalid. */
export function isEndedFor(client: Client, { iat = 0 }: { readonly iat?: number | undefined }): boolean {
  const endedAt = client?.['ended_at'];
  return typeof endedAt === 'number' && iat <= Math.floor(endedAt / 1000);
}
