import { foldRepeats } from '../kernel/fold-repeats.ts';
import type { RecordSignInEvent, SignInEvent } from './sign-in-events.ts';

/**
 * Puts on record that machines got tokens, and what strangers were refused. The first of a kind from an address is recorded at once; more
 * of the same kind within a second become one event, which tells how many they were: a machine that asks a thousand times a second is
 * not a thousand things to review, its tokens must not cost more to record than to make, and nobody is to fill the record by being refused.
 */
export interface FoldedEvents {
  note(event: SignInEvent): void;
  /** Records an event; of strangers that are refused, folded. */
  readonly record: RecordSignInEvent;
  /** Records what was counted and not yet recorded. */
  flush(): void;
}

/** What makes two events repeats. Of a refusal nothing that was sent is part of it: whoever sends another text each time is folded, too. */
function kindOf({ name, outcome, errorCode, clientId, source, request }: SignInEvent): string {
  const what = outcome === 'allowed' ? request?.['scope'] : errorCode;
  return `${name} ${outcome} ${clientId} ${source.ip} ${what ?? ''}`;
}

export function foldedEvents(recordEvent: RecordSignInEvent, failed: (error: unknown) => void): FoldedEvents {
  const folder = foldRepeats<SignInEvent>((event, count) => {
    recordEvent({ ...event, request: { ...event.request, count } }).catch(failed);
  });
  const note = (event: SignInEvent): void => folder.note(kindOf(event), event);
  return {
    note,
    async record(event) {
      if (event.person === undefined && event.outcome === 'refused') note(event);
      else await recordEvent(event);
    },
    flush: folder.flush,
  };
}
