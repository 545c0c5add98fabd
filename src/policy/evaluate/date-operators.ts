import type { TextTest } from './glob.ts';
import { type Operand, plainText } from './operand.ts';
import { type ValueOperator, withNegation } from './operator.ts';

const DATE =
  /^(-?\d{1,9})(?:-(\d{1,2})(?:-(\d{1,2}))?)?(?:[Tt](?:(\d{1,2})(?::(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,9}))?)?)?)?([Zz]|[+-]\d{2}(?::?\d{2})?)?)?$/;
const EPOCH = /^\d{1,19}$/;

/** The date operators. Values are ISO 8601 dates (in UTC where they name no zone) or seconds since the Unix epoch. */
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
  return { kind: 'value', name, negated: false, takesVariables: false, compile: comparing(holds) };
}

function comparing(holds: Compare): (operand: Operand) => TextTest | undefined {
  return (operand) => {
    const wanted = readInstant(plainText(operand));
    if (wanted === undefined) return undefined;
    return (value) => {
      const actual = readInstant(value);
      return actual !== undefined && holds(actual, wanted);
    };
  };
}

/** Milliseconds since the epoch; `undefined` where the text is no date. A text of digits alone is in seconds. */
export function readInstant(text: string): number | undefined {
  if (EPOCH.test(text)) {
    return BigInt(text) <= 0x7fffffffffffffffn ? Number(text) * 1000 : undefined;
  }
  const found = DATE.exec(text);
  if (!found) return undefined;
  const [, year, month = '1', day = '1', hour = '0', minute = '0', second = '0', fraction = '0', zone = 'Z'] = found;
  const fields = [month, day, hour, minute, second].map(Number) as [number, number, number, number, number];
  const offset = zoneMinutes(zone);
  if (!isInRange(fields) || offset === undefined) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(Number(year), fields[0] - 1, fields[1]);
  date.setUTCHours(fields[2], fields[3] - offset, fields[4], 0);
  // years far outside of what a Date can hold still order rightly against all others
  if (Number.isNaN(date.getTime())) return Number(year) < 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return date.getTime() + Number(`0.${fraction}`) * 1000;
}

function isInRange([month, day, hour, minute, second]: readonly [number, number, number, number, number]): boolean {
  return month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour <= 23 && minute <= 59 && second <= 59;
}

function zoneMinutes(zone: string): number | undefined {
  if (zone === 'Z' || zone === 'z') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(3).replace(':', '') || '0');
  if (hours > 23 || minutes > 59) return undefined;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}
