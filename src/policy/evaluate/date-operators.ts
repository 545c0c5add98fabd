import { plainText } from '../match/operand.ts';
import { type ValueOperator, withNegation } from './operator.ts';

const DATE =
  /^(-?\d{1,9})(?:-(\d{1,2})(?:-(\d{1,2}))?)?(?:[Tt](?:(\d{1,2})(?::(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,9}))?)?)?)?(?:[Zz]|([+-])(\d{2})(?::?(\d{2}))?)?)?$/;
const EPOCH = /^\d{1,19}$/;

/** The date operators. Values are ISO 8601 dates (UTC if they name no zone) or seconds since the Unix epoch. */
export const DATE_OPERATORS: readonly ValueOperator[] = [
  ...withNegation(
    ['DateEquals', 'DateNotEquals'],
    false,
    comparing((actual, wanted) => actual === wanted),
  ),
  ordering('DateLessThan', (actual, wanted) => actual < wanted),
  ordering('DateLessThanEquals', (actual, wanted) => actual <= wanted),
  ordering('DateGreaterThan', (actual, wanted) => actual > wanted),
  ordering('DateGreaterThanEquals', (actual, wanted) => actual >= wanted),
];

type Compare = (actual: number, wanted: number) => boolean;

function ordering(name: string, holds: Compare): ValueOperator {
  return { kind: 'value', name, negated: false, takesVariables: false, matches: comparing(holds) };
}

function comparing(holds: Compare): ValueOperator['matches'] {
  return (operand, value) => {
    const wanted = readInstant(plainText(operand));
    // a request value that is not a date is NaN, for which no comparison holds
    return Number.isNaN(wanted) ? undefined : holds(readInstant(value), wanted);
  };
}

/** Milliseconds since the epoch; NaN if the text is not a date. Digits alone are seconds. */
export function readInstant(text: string): number {
  if (EPOCH.test(text)) return BigInt(text) <= 0x7fffffffffffffffn ? Number(text) * 1000 : Number.NaN;
  const found = DATE.exec(text);
  if (!found) return Number.NaN;
  const [, year, month = 1, day = 1, hour = 0, minute = 0, second = 0, fraction = 0, sign, ...zone] = found as Found;
  const [zoneHour = 0, zoneMinute = 0] = zone;
  const fields = [month, day, hour, minute, second, zoneHour, zoneMinute].map(Number) as unknown as Fields;
  if (!isInRange(fields)) return Number.NaN;
  const offset = (sign === '-' ? -1 : 1) * (fields[5] * 60 + fields[6]);
  const date = new Date(0);
  date.setUTCFullYear(Number(year), fields[0] - 1, fields[1]);
  date.setUTCHours(fields[2], fields[3] - offset, fields[4]);
  // years outside the range of a Date still compare correctly with all others
  if (Number.isNaN(date.getTime())) return year.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return date.getTime() + Number(`0.${fraction}`) * 1000;
}

/** The year is always present. */
type Found = RegExpExecArray & readonly [string, string];
type Fields = readonly [number, number, number, number, number, number, number];

function isInRange([month, day, hour, minute, second, zoneHour, zoneMinute]: Fields): boolean {
  const isDay = month >= 1 && month <= 12 && day >= 1 && day <= 31;
  return isDay && hour <= 23 && minute <= 59 && second <= 59 && zoneHour <= 23 && zoneMinute <= 59;
}
