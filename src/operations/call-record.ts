import { addressGroup } from '../identity/attempts/networks.ts';
import type { Caller } from '../identity/sessions/caller.ts';
import type { RecordAuditLine } from '../kernel/audit-event.ts';
import { foldRepeats } from '../kernel/fold-repeats.ts';
import { eventIdMaker } from '../kernel/ids.ts';
import type { Random } from '../kernel/random.ts';
import { type BudgetLevel, repeatBudget } from '../kernel/repeat-budget.ts';
import { ServiceError } from '../kernel/service-error.ts';
import { type AuditFacts, auditLineMaker } from './audit.ts';
import { type Progress, rowOf } from './progress.ts';

/** A use of a root user. */
export interface RootUse {
  readonly accountId: string;
  /** What it did, such as `iam:CreateUser` or `sign-in:PasswordSignIn`. */
  readonly what: string;
  readonly sourceIp: string;
}

/** Audits calls. */
export interface CallRecord {
  /** Audits a refused call; resolves when the event is durable. */
  refused(call: Progress, error: ServiceError): Promise<void>;
  /**
   * Audits an allowed call. Returns a promise only if the event must be durable before the caller is answered; reads
   * are audited after the answer.
   */
  allowed(call: Progress): Promise<void> | undefined;
  /** Writes events for calls that have only been counted so far. */
  flush(): void;
}

export interface CallRecordDependencies {
  readonly record: RecordAuditLine;
  readonly random: Random;
  /** Called with each call of a root user, also with one that was refused. Default: nothing. */
  readonly rootUsed?: (use: RootUse) => void;
  /** Called with each allowed call that changed something. Default: nothing. */
  readonly changed?: (call: AuditFacts) => void;
}

/**
 * How many refusals of unauthenticated callers are audited individually per minute: for one access key from one
 * address, for one address, for one access key, and in total. The size of each event is bounded, so these numbers
 * also bound what such callers can write in a day.
 */
const STRANGERS: readonly BudgetLevel<AuditFacts>[] = [
  { groupOf: ({ source, claimed }) => `${addressGroup(source.ip)} ${claimed?.accessKeyId ?? ''}`, most: 60 },
  { groupOf: ({ source }) => addressGroup(source.ip), most: 120 },
  { groupOf: ({ claimed }) => claimed?.accessKeyId ?? '', most: 240 },
  { groupOf: () => '', most: 600 },
];
/** The same for authenticated callers. A role or user counts as one caller, whatever the names of its sessions. */
const CALLERS: readonly BudgetLevel<AuditFacts>[] = [
  { groupOf: ({ source, caller }) => `${addressGroup(source.ip)} ${nameOf(caller)}`, most: 600 },
  { groupOf: ({ caller }) => nameOf(caller), most: 3000 },
];

function nameOf(caller: Caller | undefined): string {
  if (caller?.type === 'FederatedUser') return caller.userArn;
  return caller?.type === 'AssumedRole' ? caller.roleArn : (caller?.arn ?? '');
}

export function createCallRecord(deps: CallRecordDependencies): CallRecord {
  const auditLine = auditLineMaker();
  const nextEventId = eventIdMaker(deps.random);
  const emit = (facts: AuditFacts, count: number): Promise<void> =>
    deps.record(auditLine(count === 1 ? facts : { ...facts, count }));
  const emitLater = (facts: AuditFacts, count: number): void => void emit(facts, count);
  const strangers = repeatBudget<AuditFacts>({ levels: STRANGERS, emit: emitLater });
  const callers = repeatBudget<AuditFacts>({ levels: CALLERS, emit: emitLater });
  const repeats = foldRepeats<AuditFacts>((facts, count) => {
    if (strangers.take(facts, count)) emitLater(facts, count);
  });

  function record(call: Progress, error: ServiceError | undefined): Promise<void> {
    const { row, caller, claimed } = call;
    if (row === undefined) return Promise.resolve();
    const isStranger = caller === undefined && error !== undefined;
    // Requests that claim no known credential are only counted, because they concern no account.
    if (isStranger && claimed === undefined && row.operation.authentication === 'signature') return Promise.resolve();
    // Listed member by member: spreading `call` would dominate the cost of auditing a read.
    const facts: AuditFacts = {
      eventId: nextEventId(call.now),
      requestId: call.requestId,
      now: call.now,
      source: call.source,
      method: call.method,
      caller,
      claimed,
      concernedAccount: call.concernedAccount,
      input: call.input,
      output: call.output,
      auditedInput: row.operation.auditedInput,
      targets: call.targets,
      service: row.service,
      operation: row.name,
      readOnly: row.operation.readOnly,
      error,
      verdict: call.verdict,
    };
    if (caller?.type === 'Account') {
      const { accountId } = caller;
      deps.rootUsed?.({ accountId, what: `${row.service}:${row.name}`, sourceIp: call.source.ip });
    }
    if (error === undefined) {
      if (!facts.readOnly) deps.changed?.(facts);
      return deps.record(auditLine(facts));
    }
    if (!isStranger) return callers.take(facts) ? deps.record(auditLine(facts)) : Promise.resolve();
    // Unauthenticated callers may send thousands of requests per second, and nothing waits for their audit events.
    const { code, kind } = error;
    repeats.add([call.source.ip, row.name, code, kind, claimed?.accessKeyId, call.concernedAccount].join(' '), facts);
    return Promise.resolve();
  }

  return {
    refused: record,
    allowed(call) {
      const recorded = record(call, undefined);
      return rowOf(call).operation.readOnly ? undefined : recorded.catch(refuseUnrecorded);
    },
    flush() {
      repeats.flush();
      strangers.flush();
      callers.flush();
    },
  };
}

/** The change has been made at this point. The error says so, so that the caller can check before trying again. */
function refuseUnrecorded(cause: unknown): never {
  throw new ServiceError(
    'ServiceUnavailable',
    'The change was made, but its audit event could not be stored. Check the current state before you try again.',
    { cause },
  );
}
