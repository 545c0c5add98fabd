import type { Clock } from '../kernel/clock.ts';
import type { Generation } from './key-generation.ts';
import { type KeyView, viewAt } from './key-view.ts';
import type { RotationSchedule } from './rotation.ts';

export interface LiveViewDependencies {
  readonly clock: Clock;
  readonly schedule: RotationSchedule;
  /** The keys in memory. */
  readonly generations: () => readonly Generation[];
  /** Called with errors thrown by listeners. */
  readonly onFault: (fault: unknown) => void;
}

/** The current view of the keys, and the listeners to its changes. */
export interface LiveView {
  /** Hot path: a single comparison, unless a stage has just changed. */
  current(): KeyView;
  /** Recomputes the view from the keys in memory. */
  refresh(): void;
  onChange(listener: () => void): () => void;
  close(): void;
}

export function createLiveView({ clock, schedule, generations, onFault }: LiveViewDependencies): LiveView {
  const listeners = new Set<() => void>();
  let view = viewAt(clock.now(), generations(), schedule);

  function refresh(): void {
    const before = view.mark;
    view = viewAt(clock.now(), generations(), schedule);
    if (view.mark === before) return;
    for (const listener of [...listeners]) {
      try {
        listener();
      } catch (fault) {
        onFault(fault);
      }
    }
  }

  return {
    current() {
      if (clock.now() >= view.until) refresh();
      return view;
    },
    refresh,
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close: () => listeners.clear(),
  };
}
