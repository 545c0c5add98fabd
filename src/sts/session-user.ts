import type { Caller } from '../identity/sessions/caller.ts';
import type { SessionUser } from '../identity/sessions/session-identity.ts';
import { parseArn } from '../kernel/arn.ts';

/** The calling user, as the tokens of its sessions record it. */
export function sessionUserOf({ arn, userName, uniqueId }: Extract<Caller, { type: 'User' }>): SessionUser {
  const path = parseArn(arn)?.resource.slice('user'.length, -userName.length) ?? '/';
  return { userName, path, uniqueId };
}
