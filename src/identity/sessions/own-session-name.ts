import type { Caller } from './caller.ts';

/** The shortest session name that STS accepts. */
const SHORTEST = 2;

/**
 * The name of the role sessions that a caller opens, if it names none itself: the user's name, which policies often require
 * (`"sts:RoleSessionName": "${aws:username}"`), or the name of the calling session. Some user names are too short to be one.
 */
export function ownSessionName(caller: Caller): string {
  return longEnoughSessionName(nameOf(caller));
}

/** A person's name as a name of sessions. */
export function longEnoughSessionName(name: string): string {
  return name.length < SHORTEST ? `user-${name}` : name;
}

function nameOf(caller: Caller): string {
  switch (caller.type) {
    case 'Account':
      return 'root';
    case 'User':
      return caller.userName;
    case 'AssumedRole':
    case 'FederatedUser':
      return caller.sessionName;
  }
}
