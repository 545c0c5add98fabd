const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

function counted(number: number, unit: string): string {
  return number === 1 ? `1 ${unit}` : `${number} ${unit}s`;
}

/** Describes how long to wait, rounded up so that it is long enough. */
export function describeWait(ms: number): string {
  return ms > 2 * HOUR ? counted(Math.ceil(ms / HOUR), 'hour') : counted(Math.max(1, Math.ceil(ms / MINUTE)), 'minute');
}

/** The message after too many failures. */
export function tooManyFailures(waitMs: number): string {
  return `There were too many failed attempts. Try again in ${describeWait(waitMs)}.`;
}
