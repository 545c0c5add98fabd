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

/** Puts calls on record. */
export interface CallRecord {
  /** What was stopped; resolves when it is durable. */
  refused(call: Progress, error: ServiceError): Promise<void>;
  /** What was done. A promise only where it must be durable before the caller hears of it: reads go on record behind the answer. */
  allowed(call: Progress): Promise<void> | undefined;
  /** Puts on record what was counted and not yet recorded. */
  flush(): void;
}

export interface CallRecordDependencies {
  readonly record: RecordAuditLine;
  readonly random: Random;
}

/**
 * How many refusals of strangers are recorded singly in a minute: of one access key from one address, of one access key, and of all
 * strangers together. Each event is bounded in length, so these numbers bound what strangers can write in a day.
 */
const STRANGERS: readonly BudgetLevel<AuditFacts>[] = [
  { groupOf: ({ source, claimed }) => `${addressGroup(source.ip)} ${claimed?.accessKeyId ?? ''}`, most: 60 },
  { groupOf: ({ source }) => addressGroup(source.ip), most: 120 },
  { groupOf: ({ claimed }) => claimed?.accessKeyId ?? '', most: 240 },
  { groupOf: () => '', most: 600 },
];
/** The same for callers who have authenticated: a role counts as one caller, whatever its sessions are called. */
const CALLERS: readonly BudgetLevel<AuditFacts>[] = [
  { groupOf: ({ source, caller }) => `${addressGroup(source.ip)} ${nameOf(caller)}`, most: 600 },
  { groupOf: ({ caller }) => nameOf(caller), most: 3000 },
];

function nameOf(caller: Caller | undefined): string {
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
    // Who shows nothing that is known here is only counted: there is no account that it would concern.
    if (isStranger && claimed === undefined && row.operation.authentication === 'signature') return Promise.resolve();
    // Member by member: spreading what is known so far would cost a read more than all else of its event.
    const facts: AuditFacts = {
      eventId: nextEventId(call.now),
      requestId: call.requestId,
      now: call.now,
      source: call.source,
      caller,
      claimed,
      input: call.input,
      targets: call.targets,
      service: row.service,
      operation: row.name,
      readOnly: row.operation.readOnly,
      error,
      verdict: call.verdict,
    };
    if (error === undefined) return deps.record(auditLine(facts));
    if (!isStranger) return callers.take(facts) ? deps.record(auditLine(facts)) : Promise.resolve();
    // Strangers can come thousands of times a second, and nobody waits for what is put on record of them.
    repeats.note([call.source.ip, row.name, error.code, claimed?.accessKeyId].join(' '), facts);
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

/** The change stands by now. Saying so lets the caller look before trying again. */
function refuseUnrecorded(cause: unknown): never {
  throw new ServiceError(
    'ServiceUnavailable',
    'The change was made, but its audit event could not be stored. Look at what there is before you try again.',
    { cause },
  );
}
