import { findCredentialHolder, parseSubject } from '../identity/credentials/find-credential-holder.ts';
import { hasFreshFactor, type SignInFacts } from '../identity/credentials/sign-in-facts.ts';
import { isAtLeast } from '../identity/credentials/strength.ts';
import { type Caller, personBehind } from '../identity/sessions/caller.ts';
import { beginEnrolment, type EnrolmentRule } from '../identity/sign-in-policy/enrolment-rule.ts';
import type { IdentityStore } from '../identity/store/identity-store.ts';
import { ServiceError } from '../kernel/service-error.ts';
import type { AuthorizationCall } from './authorizer.ts';
import type { Target } from './target.ts';

/** What privileged roles and groups, and roles with the rights of administrators, ask for, besides permission. */
export interface PrivilegedRule {
  /** For what is privileged. @throws {ServiceError} AccessDenied, which says what to do. */
  require(call: AuthorizationCall, target: Target): void | Promise<void>;
  /**
   * For a role that is not: whether it has the rights of an administrator, and so asks people for what their sign-in would (SECURITY S26).
   * @throws {ServiceError} AccessDenied, which says what to do.
   */
  requireOpening(call: AuthorizationCall, target: Target, roleId: string): void | Promise<void>;
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

/** A role with the rights of an administrator that a person opens, or wants to, after a sign-in without a passkey or security key. */
export interface WeakOpening {
  /** The ARN of the role. */
  readonly role: string;
  /** The unique id of the person; `undefined` if it is unknown. */
  readonly person: string | undefined;
  /** Until when the person may, in ms since the epoch; `undefined` if the call was refused. */
  readonly until: number | undefined;
}

/** What the rule for roles with the rights of administrators works with. */
export interface AdministratorRoles {
  /** A value rather than a promise in the steady state. */
  readonly isAdministratorRole: (role: { accountId: string; roleId: string }) => boolean | Promise<boolean>;
  readonly rule: EnrolmentRule;
  /** Whether browsers make passkeys for this server. If not, any second factor is enough. */
  readonly hasPasskeys: boolean;
  /** Where people add factors. */
  readonly factorsUrl: string;
  readonly onWeakOpening: (opening: WeakOpening) => void;
}

export interface PrivilegedRuleDependencies {
  readonly store: Pick<IdentityStore, 'users' | 'accounts'>;
  /** How old the factor may be, in seconds. */
  readonly seconds: number;
  /** Awaited: a use that cannot be put on record is refused. */
  readonly onBreakGlass: (use: BreakGlassUse) => Promise<void>;
  readonly administratorRoles: AdministratorRoles;
}

/**
 * A privileged role is assumed, and a member added to a privileged group, only in a session of a person who has just shown a factor that
 * cannot be phished. Access keys show none. In an emergency, the operator lets a user do without it (`rolecall break-glass`).
 *
 * A role with the rights of an administrator asks for less: only people who signed in here are concerned, they have the same days as
 * administrators to add a passkey, and the sign-in may be of any age. Who may assume such a role is not computed at the sign-in, which would
 * have to decide on every role of every account; opening one is where the rights are gained, in exactly one place.
 */
export function privilegedRule(deps: PrivilegedRuleDependencies): PrivilegedRule {
  const { store, seconds, onBreakGlass, administratorRoles } = deps;
  const { rule, hasPasskeys } = administratorRoles;

  async function requireBreakGlass(
    { caller, source, now }: AuthorizationCall,
    target: Target,
    refused: ServiceError,
  ): Promise<void> {
    // The person has approved what the request says; nobody has shown a factor for this use.
    if (caller?.session?.delegation !== undefined) throw refused;
    const subject = caller && personBehind(caller);
    const user = caller && subject ? await store.users.get([caller.accountId, subject]) : undefined;
    const glass = user?.breakGlass;
    if (caller === undefined || glass === undefined || now >= glass.until) throw refused;
    await onBreakGlass({ caller, target, reason: glass.reason, sourceIp: source.ip, now });
  }

  async function requireEnrolment(call: AuthorizationCall, target: Target, roleId: string): Promise<void> {
    const { resource: role, resourceAccountId: accountId } = target;
    if (!(await administratorRoles.isAdministratorRole({ accountId, roleId }))) return;
    const person = call.caller === undefined ? target.person : personBehind(call.caller);
    const id = person === undefined ? undefined : parseSubject(person);
    const holder = id && (await findCredentialHolder(store, id));
    const until = holder && (await beginEnrolment(store, rule, { holder, now: call.now }));
    const isDue = until === undefined || call.now >= until;
    administratorRoles.onWeakOpening({ role, person, until: isDue ? undefined : until });
    if (isDue) await requireBreakGlass(call, target, enrolmentRefused(role, administratorRoles, seconds));
  }

  return {
    require(call, target) {
      const facts = call.caller?.session?.delegation === undefined ? signInOf(call, target) : undefined;
      if (hasFreshFactor(facts, { now: call.now, within: seconds * 1000 })) return undefined;
      return requireBreakGlass(call, target, refused(target, seconds));
    },
    requireOpening(call, target, roleId) {
      const facts = signInOf(call, target);
      if (facts === undefined || rule.days === 0) return undefined;
      if (isAtLeast(facts.strength, hasPasskeys ? 'phr' : 'mfa')) return undefined;
      return requireEnrolment(call, target, roleId);
    },
  };
}

/** The sign-in at this server that a call comes from; `undefined` for access keys, and for what other providers have proven. */
function signInOf({ caller }: AuthorizationCall, { signIn }: Target): SignInFacts | undefined {
  return caller === undefined ? signIn : caller.session?.signIn;
}

function refused({ resource, called = resource }: Target, seconds: number): ServiceError {
  return new ServiceError(
    'AccessDenied',
    `${called} is privileged: sign in again with a passkey or security key, and use it within ${Math.floor(seconds / 60)} minutes. Access keys, and sessions without such a sign-in, cannot.`,
    { stepUp: { acr: 'phr', maxAge: seconds } },
  );
}

function enrolmentRefused(role: string, { hasPasskeys, factorsUrl }: AdministratorRoles, maxAge: number): ServiceError {
  const factor = hasPasskeys ? 'a passkey or security key' : 'a second factor';
  return new ServiceError(
    'AccessDenied',
    `${role} has the rights of an administrator: sign in again with ${factor}. If you have none, add one at ${factorsUrl}. Access keys need none.`,
    { stepUp: { acr: hasPasskeys ? 'phr' : 'mfa', maxAge } },
  );
}
