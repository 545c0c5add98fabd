import type { AuthorizationMessages } from '../authorize/authorization-messages.ts';
import { type Authorizer, denialMessage, type Verdict } from '../authorize/authorizer.ts';
import type { PrivilegedRule } from '../authorize/privileged.ts';
import type { AccessRecord } from '../identity/accessed/accessed.ts';
import { subjectOf } from '../identity/accessed/subject-of.ts';
import { ServiceError } from '../kernel/service-error.ts';
import { andThen } from './and-then.ts';
import type { CallerLimit } from './caller-limit.ts';
import type { Authorization } from './operation.ts';
import { type Progress, rowOf, signedCall } from './progress.ts';
import { throttled } from './stranger-limit.ts';

/** A step in handling a call. If it returns a promise, the next step waits for it. */
export type Step<Call extends Progress = Progress> = (call: Call) => void | Promise<void>;

/** Runs the steps in order, from the given one. Returns a promise only if a step does. */
export function proceed<Call extends Progress>(
  steps: readonly Step<Call>[],
  call: Call,
  from: number,
): void | Promise<void> {
  const step = steps[from];
  if (step !== undefined) return andThen(step(call), () => proceed(steps, call, from + 1));
}

export interface StepDependencies {
  readonly authorizer: Pick<Authorizer, 'decide'>;
  readonly authorizationMessages: AuthorizationMessages;
  /** Asks for a fresh factor where a role or group is privileged. */
  readonly privileged: PrivilegedRule;
  /** Records who attempts what. */
  readonly accessed: Pick<AccessRecord, 'record'>;
  /** If absent, callers are not limited. */
  readonly limit?: CallerLimit | undefined;
  /** The reason if the audit currently accepts no events; changes are then refused. */
  readonly recordRefusal: () => Error | undefined;
}

/** Counts a call against its caller's limit before reading the parameters. */
export function limit({ limit }: StepDependencies): Step {
  return ({ caller, now }) => {
    if (limit === undefined || caller === undefined || limit.take(caller, now)) return undefined;
    throw throttled();
  };
}

/** Records that the caller attempts the operation, which counts as access also if it is refused. */
export function noteAccess({ accessed }: StepDependencies): Step {
  return ({ caller, row, source, now }) => {
    // In a session of AssumeRoot, an administrator of the organization acts, not the account's root user.
    if (caller === undefined || row === undefined || caller.session?.assumedRoot !== undefined) return;
    accessed.record({ subjectId: subjectOf(caller), action: row.action, region: source.region ?? '', at: now });
  };
}

/** Asks the operation what must be allowed. */
export function authorize(call: Progress): void | Promise<void> {
  const { operation } = rowOf(call);
  return andThen(operation.authorize(call.input, signedCall(call)), ({ targets, subject }: Authorization<unknown>) => {
    call.targets = targets;
    call.subject = subject;
  });
}

/** Requires that every target is allowed. */
export function decide({ authorizer, authorizationMessages, privileged }: StepDependencies): Step {
  function settle(call: Progress, verdict: Verdict): void {
    call.verdict = verdict;
    if (verdict.decision.allowed) return;
    const authorizationMessage = authorizationMessages.encode(verdict);
    throw new ServiceError('AccessDenied', denialMessage(verdict), { authorizationMessage });
  }
  function decideFrom(call: Progress, first: number): void | Promise<void> {
    const target = call.targets[first];
    if (target === undefined) return;
    return andThen(authorizer.decide(call, target), (verdict) => {
      settle(call, verdict);
      const next = () => decideFrom(call, first + 1);
      // Afterwards, so that only those who are allowed learn that it is privileged.
      if (target.isPrivileged === true) return andThen(privileged.require(call, target), next);
      if (target.opensRoleId === undefined) return next();
      return andThen(privileged.requireOpening(call, target, target.opensRoleId), next);
    });
  }
  return (call) => decideFrom(call, 0);
}

/** Refuses a change whose audit event could not be stored. */
export function requireRecord({ recordRefusal }: StepDependencies): Step {
  return (call) => {
    if (rowOf(call).operation.readOnly) return undefined;
    const refusal = recordRefusal();
    if (refusal !== undefined) throw refusal;
    return undefined;
  };
}

export function handle(call: Progress): void | Promise<void> {
  const { operation } = rowOf(call);
  return andThen(operation.handle(call.input, signedCall(call), call.subject), (output: object) => {
    call.output = output;
  });
}
