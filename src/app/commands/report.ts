import type { Writable } from 'node:stream';
import type { Clock } from '../../kernel/clock.ts';

/** What a command says of its progress and its outcome; never what was asked for itself. */
export interface Report {
  say(text: string): void;
  /** Says how far it is, at most every few seconds. */
  progress(text: () => string): void;
  /** For what fails in the background. */
  readonly onFault: (fault: unknown) => void;
}

const PROGRESS_EVERY_MS = 5_000;

export function reportTo(output: Writable, clock: Clock): Report {
  let saidAt = clock.now();
  const say = (text: string): void => void output.write(`rolecall: ${text}\n`);
  return {
    say,
    progress(text) {
      if (clock.now() - saidAt < PROGRESS_EVERY_MS) return;
      saidAt = clock.now();
      say(text());
    },
    onFault: (fault) => say(`in the background: ${fault instanceof Error ? fault.message : String(fault)}`),
  };
}

/** `5 accounts, 2 users`, without those of which there are none. */
export function countsText(counts: Readonly<Record<string, number>>): string {
  const texts = Object.entries(counts).filter(([, count]) => count > 0);
  return texts.map(([name, count]) => `${count} ${name}`).join(', ') || 'nothing';
}
