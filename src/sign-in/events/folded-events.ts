import { addressGroup } from '../../identity/attempts/networks.ts';
import { foldRepeats } from '../../kernel/fold-repeats.ts';
import { type BudgetLevel, repeatBudget } from '../../kernel/repeat-budget.ts';
import type { RecordSignInEvent, SignInEvent } from './sign-in-events.ts';

/**
 * Puts on record that machines got tokens, and what strangers were refused. The first of a kind from an address is recorded at once; more
 * of the same kind within a second become one event, which tells how many they were: a machine that asks a thousand times a second is
 * not a thousand things to review, its tokens must not cost more to record than to make, and nobody is to fill the record by being refused.
 */
export interface FoldedEvents {
  note(event: SignInEvent): void;
  /** Records an event; resolves when what was allowed is on record, and at once for refusals. Those of strangers are folded. */
  readonly record: RecordSignInEvent;
  /** Records what was counted and not yet recorded. */
  flush(): void;
}

/** What makes two events repeats. Of a refusal nothing that was sent is part of it: whoever sends another text each time is folded, too. */
function kindOf({ name, outcome, errorCode, errorMessage, clientId, source, request }: SignInEvent): string {
  const what = outcome === 'allowed' ? request?.['scope'] : (errorMessage ?? errorCode);
  return `${name} ${outcome} ${clientId} ${source.ip} ${what ?? ''}`;
}

/** How many refusals of strangers are recorded singly in a minute: from one address, for one client, and all together. */
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
  const note = (event: SignInEvent): void => folder.note(kindOf(event), event);
  return {
    note,
    async record(event) {
      if (event.outcome === 'allowed') return recordEvent(event);
      // No refusal waits for its audit event: the time, or an event that cannot be stored, would reveal who exists.
      if (event.person === undefined) note(event);
      else recordEvent(event).catch(failed);
    },
    flush() {
      folder.flush();
      refusals.flush();
    },
  };
}
