import type { Writable } from 'node:stream';
import type { Clock } from '../../kernel/clock.ts';

/** A command's messages about its progress and outcome, separate from its actual output. */
export interface Report {
  say(text: string): void;
  /** Reports progress, at most every few seconds. */
  progress(text: () => string): void;
  /** For failures in the background. */
  readonly onFault: (fault: unknown) => void;
}

const PROGRESS_EVERY_MS = 5_000;

export function reportTo(output: Writable, clock: Clock): Report {
  let reportedAt = clock.now();
  const say = (text: string): void => void output.write(`rolecall: ${text}\n`);
  return {
    say,
    progress(text) {
      if (clock.now() - reportedAt < PROGRESS_EVERY_MS) return;
      reportedAt = clock.now();
      say(text());
    },
    onFault: (fault) => say(`in the background: ${fault instanceof Error ? fault.message : String(fault)}`),
  };
}

/** Such as `5 accounts, 2 users`. Leaves out zero counts. */
export function countsText(counts: Readonly<Record<string, number>>): string {
  const texts = Object.entries(counts).filter(([, count]) => count > 0);
  return texts.map(([name, count]) => `${count} ${name}`).join(', ') || 'nothing';
}
