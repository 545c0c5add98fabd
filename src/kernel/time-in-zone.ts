import { BoundedCache } from './bounded-cache.ts';

/** A moment as clocks and calendars show it in a time zone. */
export interface TimeInZone {
  /** 0 to 23. */
  readonly hour: number;
  /** In English: `Monday`. */
  readonly weekday: string;
}

const MAX_ZONES = 100;
/** Formatters are slow to make. */
const formatters = new BoundedCache<string, Intl.DateTimeFormat>(MAX_ZONES);

/** @param ms since the epoch. @param timeZone a name of the time zone database. @throws {RangeError} if there is no such zone. */
export function timeInZone(ms: number, timeZone: string): TimeInZone {
  const formatter =
    formatters.get(timeZone) ??
    new Intl.DateTimeFormat('en-GB', { timeZone, weekday: 'long', hour: 'numeric', hourCycle: 'h23' });
  formatters.set(timeZone, formatter);
  const parts = formatter.formatToParts(ms);
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((each) => each.type === type)?.value ?? '';
  return { hour: Number(part('hour')), weekday: part('weekday') };
}
