import { UsageError } from './command.ts';

/** @returns ms since the epoch */
export function timeOption(text: string | undefined, option: string): number | undefined {
  if (text === undefined) return undefined;
  const time = /^\d{4}-\d\d-\d\d(?:T|$)/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) throw new UsageError(`${option}: ${text} is not a time like 2026-01-31 or 2026-01-31T12:00Z`);
  return time;
}

/** @returns a number from 1 on */
export function countOption(text: string | undefined, option: string): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new UsageError(`${option}: ${text} is not a number from 1 on`);
  return Number(text);
}
