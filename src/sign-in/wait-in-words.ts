const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

function counted(number: number, unit: string): string {
  return number === 1 ? `1 ${unit}` : `${number} ${unit}s`;
}

/** How long a person has to wait; rounded up, so that what it says is enough. */
export function waitInWords(ms: number): string {
  return ms > 2 * HOUR ? counted(Math.ceil(ms / HOUR), 'hour') : counted(Math.max(1, Math.ceil(ms / MINUTE)), 'minute');
}

/** What a person is told after too many failures. */
export function tooManyFailures(waitMs: number): string {
  return `There were too many failed attempts. Try again in ${waitInWords(waitMs)}.`;
}
