import { hasFreshFactor } from '../identity/credentials/sign-in-facts.ts';
import { type Caller, personBehind } from '../identity/sessions/caller.ts';
import type { IdentityStore } from '../identity/store/identity-store.ts';
import { ServiceError } from '../kernel/service-error.ts';
import type { AuthorizationCall } from './authorizer.ts';
import type { Target } from './target.ts';

/** What privileged roles and groups ask for, besides permission. */
export interface PrivilegedRule {
  /** @throws {ServiceError} AccessDenied, which says what to do. */
  require(call: AuthorizationCall, target: Target): void | Promise<void>;
}

/** A use of the emergency access that the operator gave to a user. */
export interface BreakGlassUse {
  readonly caller: Caller;
  readonly target: Pick<Target, 'action' | 'resource'>;
  readonly reason: string;
  readonly sourceIp: string;
  /** ms since the epoch. */
  readonly now: number;
}

export interface PrivilegedRuleDependencies {
  readonly store: Pick<IdentityStore, 'users'>;
  /** How old the factor may be, in seconds. */
  readonly seconds: number;
  /** Awaited: a use that cannot be put on record is refused. */
  readonly onBreakGlass: (use: BreakGlassUse) => Promise<void>;
}

/**
 * A privileged role is assumed, and a member added to a privileged group, only in a session of a person who has just shown a factor that
 * cannot be phished. Access keys show none. In an emergency, the operator lets a user do without it (`rolecall break-glass`).
 */
export function privilegedRule({ store, seconds, onBreakGlass }: PrivilegedRuleDependencies): PrivilegedRule {
  async function requireBreakGlass({ caller, source, now }: AuthorizationCall, target: Target): Promise<void> {
    const subject = caller && personBehind(caller);
    const user = caller && subject ? await store.users.get([caller.accountId, subject]) : undefined;
    const glass = user?.breakGlass;
    if (caller === undefined || glass === undefined || now >= glass.until) throw refused(target, seconds);
    await onBreakGlass({ caller, target, reason: glass.reason, sourceIp: source.ip, now });
  }
  return {
    require(call, target) {
      const facts = call.caller === undefined ? target.signIn : call.caller.session?.signIn;
      if (hasFreshFactor(facts, { now: call.now, within: seconds * 1000 })) return undefined;
      return requireBreakGlass(call, target);
    },
  };
}

function refused({ resource, called = resource }: Target, seconds: number): ServiceError {
  return new ServiceError(
    'AccessDenied',
    `${called} is privileged: sign in again with a passkey or security key, and use it within ${Math.floor(seconds / 60)} minutes. Access keys, and sessions without such a sign-in, cannot.`,
    { stepUp: { acr: 'phr', maxAge: seconds } },
  );
}
