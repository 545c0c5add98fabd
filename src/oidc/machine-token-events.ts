import type { RecordSignInEvent, SignInEvent } from './sign-in-events.ts';

/** Ms. */
const WINDOW = 1000;
/** Windows that are open at once, at most; beyond, each token is an event of its own again. */
const MOST_WINDOWS = 10_000;

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

interface Window {
  readonly last: SignInEvent;
  count: number;
}

export function machineTokenEvents(
  recordEvent: RecordSignInEvent,
  failed: (error: unknown) => void,
): MachineTokenEvents {
  const windows = new Map<string, Window>();
  const record = (event: SignInEvent, count: number): void => {
    recordEvent({ ...event, request: { ...event.request, count } }).catch(failed);
  };
  const close = (key: string): void => {
    const window = windows.get(key);
    windows.delete(key);
    if (window !== undefined && window.count > 0) record(window.last, window.count);
  };
  return {
    note(event) {
      const key = `${event.clientId} ${event.source.ip} ${event.request?.['scope'] ?? ''}`;
      const window = windows.get(key);
      if (window !== undefined) {
        window.count++;
        return;
      }
      record(event, 1);
      if (windows.size >= MOST_WINDOWS) return;
      windows.set(key, { last: event, count: 0 });
      setTimeout(close, WINDOW, key).unref();
    },
    flush() {
      for (const key of [...windows.keys()]) close(key);
    },
  };
}
