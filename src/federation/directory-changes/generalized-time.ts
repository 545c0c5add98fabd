/** A time as `modifyTimestamp` has it, in UTC (RFC 4517 §3.3.13; RFC 4512 §3.4.2). */
const TIME = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:[.,]\d+)?Z$/;

/** Whether a text is such a time. Those of one server sort as texts. */
export function isGeneralizedTime(text: string): boolean {
  return timeOf(text) !== undefined;
}

/** Whether a text is such a time, later than one in ms. */
export function isLaterThan(text: string, ms: number): boolean {
  return (timeOf(text) ?? 0) > ms;
}

/** That much earlier, in whole seconds. @returns `undefined` if the text is no time. */
export function earlier(text: string, byMs: number): string | undefined {
  const time = timeOf(text);
  return time === undefined ? undefined : generalizedTime(time - byMs);
}

function timeOf(text: string): number | undefined {
  const [, year, month, day, hours, minutes, seconds] = TIME.exec(text) ?? [];
  const time = Date.parse(`${year}-${month}-${day}T${hours}:${minutes}:${seconds}Z`);
  return Number.isNaN(time) ? undefined : time;
}

function generalizedTime(ms: number): string {
  return new Date(Math.max(0, ms)).toISOString().replace(/[-:T]|\.\d+/g, '');
}
