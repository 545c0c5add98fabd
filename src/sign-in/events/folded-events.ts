import { addressGroup } from '../../identity/attempts/networks.ts';
import { foldRepeats } from '../../kernel/fold-repeats.ts';
import { type BudgetLevel, repeatBudget } from '../../kernel/repeat-budget.ts';
import type { RecordSignInEvent, SignInEvent } from './sign-in-events.ts';

/**
 * Audits tokens issued to machines and refusals of strangers. The first of a kind from an address is audited at once; more of the same
 * kind within a second become one event with their number. A machine that requests a thousand tokens a second is not a thousand things to
 * review, auditing must not cost more than issuing, and nobody may fill the audit log by being refused.
 */
export interface FoldedEvents {
  fold(event: SignInEvent): void;
  /** Audits an event. Resolves when an allowed event is durable, and immediately for refusals. Those of strangers are folded. */
  readonly record: RecordSignInEvent;
  /** Audits what was counted but not yet written. */
  flush(): void;
}

/** What makes two events repeats. For refusals this excludes everything that was sent, so that varying the text does not help. */
function kindOf({ name, outcome, accountId, errorCode, errorMessage, clientId, source, request }: SignInEvent): string {
  const what = outcome === 'allowed' ? request?.['scope'] : (errorMessage ?? errorCode);
  return `${name} ${outcome} ${accountId ?? ''} ${clientId} ${source.ip} ${what ?? ''}`;
}

/** How many refusals of strangers are audited individually per minute: from one address, for one client, and in total. */
const REFUSALS: readonly BudgetLevel<SignInEvent>[] = [
  { groupOf: ({ source }) => addressGroup(source.ip), most: 60 },
  { groupOf: ({ clientId }) => clientId ?? '', most: 300 },
  { groupOf: () => '', most: 600 },
];

export function foldedEvents(recordEvent: RecordSignInEvent, failed: (error: unknown) => void): FoldedEvents {
  const emit = (event: SignInEvent, count: number): void => {
    recordEvent({ ...event, request: { ...event.request, count } }).catch(failed);
  };
  const refusals = repeatBudget<SignInEvent>({ levels: REFUSALS, emit });
  const folder = foldRepeats<SignInEvent>((event, count) => {
    if (event.outcome !== 'refused' || refusals.take(event, count)) emit(event, count);
  });
  const fold = (event: SignInEvent): void => folder.add(kindOf(event), event);
  return {
    fold,
    async record(event) {
      if (event.outcome === 'allowed') return recordEvent(event);
      // Refusals do not wait for their audit event: the time, or a failure to store it, would reveal who exists.
      if (event.person === undefined) fold(event);
      else recordEvent(event).catch(failed);
    },
    flush() {
      folder.flush();
      refusals.flush();
    },
  };
}
