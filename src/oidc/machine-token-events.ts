import { foldRepeats } from '../kernel/fold-repeats.ts';
import type { RecordSignInEvent, SignInEvent } from './sign-in-events.ts';

/**
 * Puts on record that machines got tokens. The first of a client from an address is recorded at once; more of the same kind
 * within a second become one event, which tells how many they were: a machine that asks a thousand times a second is not
 * a thousand things to review, and its tokens must not cost more to record than to make.
 */
export interface MachineTokenEvents {
  note(event: SignInEvent): void;
  /** Records what was counted and not yet recorded. */
  flush(): void;
}

export function machineTokenEvents(
  recordEvent: RecordSignInEvent,
  failed: (error: unknown) => void,
): MachineTokenEvents {
  const folder = foldRepeats<SignInEvent>((event, count) => {
    recordEvent({ ...event, request: { ...event.request, count } }).catch(failed);
  });
  return {
    note: (event) => folder.note(`${event.clientId} ${event.source.ip} ${event.request?.['scope'] ?? ''}`, event),
    flush: folder.flush,
  };
}
