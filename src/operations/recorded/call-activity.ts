import type { Target } from '../../authorize/target.ts';
import { activityRule } from '../../identity/activity/activity-kinds.ts';
import type { Caller } from '../../identity/sessions/caller.ts';

/** The facts about a call that say whose activity it is. */
interface CallFacts {
  readonly service: string;
  readonly operation: string;
  readonly method: string;
  readonly caller: Caller | undefined;
  readonly targets: readonly Target[];
  readonly input: object | undefined;
  readonly error: object | undefined;
}

/** The people in whose activity a call is. */
interface CallActivity {
  readonly people: readonly string[];
  /** Whether the event has to name them, because they are not simply its actor. */
  readonly names: boolean;
}

/**
 * Whose activity a call is; `undefined` for most. Hot path: a call that is nobody's costs two look-ups.
 * A call that only says what it would do is nobody's.
 */
export function activityOfCall(facts: CallFacts): CallActivity | undefined {
  const { service, operation, caller, error, method } = facts;
  const rule = activityRule(service, operation);
  if (rule?.kind === undefined || error !== undefined || caller === undefined) return undefined;
  if (rule.bySession === true && method !== 'session') return undefined;
  if (rule.of === 'actor') {
    // An administrator acts in a session of AssumeRoot, not the root user.
    const isPerson = (caller.type === 'User' || caller.type === 'Account') && caller.session?.assumedRoot === undefined;
    return isPerson ? { people: [caller.userId], names: false } : undefined;
  }
  if (isDryRun(facts.input)) return undefined;
  const people = namedPeople(facts);
  return people.length === 0 ? undefined : { people, names: true };
}

function isDryRun(input: object | undefined): boolean {
  return (input as { readonly DryRun?: unknown } | undefined)?.DryRun === true;
}

/** The users whom the call is about, or the root user if it is about its own account. */
function namedPeople({ targets, caller }: CallFacts): readonly string[] {
  const people = new Set<string>();
  for (const { userId, resource } of targets) {
    if (userId !== undefined) people.add(userId);
    else if (caller?.type === 'Account' && resource === caller.arn) people.add(caller.userId);
  }
  return [...people];
}
