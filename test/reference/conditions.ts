import type { ReferenceRequest } from './documents.ts';
import { like, substitute, unmark } from './patterns.ts';

/** The condition operators, one by one as the documentation lists them. */
const OPERATORS = [
  ...['StringEquals', 'StringNotEquals', 'StringEqualsIgnoreCase', 'StringNotEqualsIgnoreCase', 'StringLike'],
  ...['StringNotLike', 'NumericEquals', 'NumericNotEquals', 'NumericLessThan', 'NumericLessThanEquals'],
  ...['NumericGreaterThan', 'NumericGreaterThanEquals', 'DateEquals', 'DateNotEquals', 'DateLessThan'],
  ...['DateLessThanEquals', 'DateGreaterThan', 'DateGreaterThanEquals', 'Bool', 'BinaryEquals', 'IpAddress'],
  ...['NotIpAddress', 'ArnEquals', 'ArnNotEquals', 'ArnLike', 'ArnNotLike', 'Null'],
];

export interface ReferenceCondition {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

interface OperatorParts {
  readonly set: string;
  readonly name: string;
  readonly ifExists: boolean;
}

function partsOf(operator: string): OperatorParts {
  const ifExists = operator.endsWith('IfExists');
  const rest = ifExists ? operator.slice(0, -'IfExists'.length) : operator;
  const colon = rest.indexOf(':');
  return { set: rest.slice(0, Math.max(colon, 0)), name: rest.slice(colon + 1), ifExists };
}

/** Whether there is such an operator: "any condition operator name except the Null condition" takes IfExists. */
export function isOperator(operator: string): boolean {
  const { set, name, ifExists } = partsOf(operator);
  return (
    OPERATORS.includes(name) && ['', 'ForAllValues', 'ForAnyValue'].includes(set) && !(name === 'Null' && ifExists)
  );
}

export function conditionHolds(condition: ReferenceCondition, request: ReferenceRequest, variables: boolean): boolean {
  const { set, name, ifExists } = partsOf(condition.operator);
  const raw = request.context.get(condition.key.toLowerCase());
  const given = raw === undefined ? [] : typeof raw === 'string' ? [raw] : raw;
  const absent = raw === undefined || (typeof raw !== 'string' && given.every((value) => value === ''));
  if (name === 'Null') return condition.values.some((wanted) => (wanted === 'true') === absent);
  if (ifExists && absent) return true;

  const negated = /Not/.test(name);
  const positive = name.replace('Not', '');
  const resolved = condition.values.map((value) =>
    substitute(value, request, variables && /^(String|Arn|Bool)/.test(name)),
  );
  // "the value is effectively null. There is no equal or like value"; neither does `Bool` match what is no truth value
  const isNull = (value: string | undefined): boolean =>
    value === undefined || (name === 'Bool' && !/^(true|false)$/i.test(unmark(value)));
  const wanted = resolved.filter((value) => value !== undefined && !isNull(value)) as readonly string[];

  const empty = absent || (set !== '' && given.every((value) => value === ''));
  if (set === 'ForAllValues' && empty) return true;
  if (set === 'ForAnyValue' && empty) return ifExists;
  if (absent) return negated;
  const matches = (value: string): boolean => wanted.some((pattern) => compare(positive, value, pattern));
  if (set === 'ForAllValues') return given.every((value) => matches(value) !== negated);
  if (set === 'ForAnyValue') return given.some((value) => matches(value) !== negated);
  return given.some(matches) !== negated;
}

/** The positive operators. `pattern` marks its literal characters by a backslash. */
function compare(operator: string, value: string, pattern: string): boolean {
  const plain = unmark(pattern);
  switch (operator) {
    case 'StringEquals':
      return value === plain;
    case 'StringEqualsIgnoreCase':
      return value.toLowerCase() === plain.toLowerCase();
    case 'StringLike':
      return like(pattern, value);
    case 'ArnEquals':
    case 'ArnLike':
      return arnLike(pattern, value);
    case 'Bool':
      return value.toLowerCase() === plain.toLowerCase();
    case 'IpAddress':
      return inRange(value, plain);
    case 'BinaryEquals':
      return isBase64(value) && atob(value) === atob(plain);
    default:
      return ordered(operator, value, plain);
  }
}

function isBase64(text: string): boolean {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);
}

function arnLike(pattern: string, value: string): boolean {
  const fields = value.split(':');
  if (fields.length < 6) return false;
  if (pattern === '*') return true;
  const wanted = splitUnmarked(pattern);
  if (wanted.length < 6) return false;
  const actual = [...fields.slice(0, 5), fields.slice(5).join(':')];
  return actual.every((field, index) => like(wanted[index] as string, field));
}

/** At its first five colons, whether marked or not. */
function splitUnmarked(pattern: string): readonly string[] {
  const parts = pattern.split(/\\?:/);
  if (parts.length <= 6) return parts;
  const separators = pattern.match(/\\?:/g) ?? [];
  let rest = parts[5] as string;
  for (let index = 6; index < parts.length; index++)
    rest += (separators[index - 1] as string) + (parts[index] as string);
  return [...parts.slice(0, 5), rest];
}

function ordered(operator: string, value: string, wanted: string): boolean {
  const [, kind, relation] = /^(Numeric|Date)(.*)$/.exec(operator) as unknown as [string, string, string];
  const read = kind === 'Numeric' ? readNumber : readDate;
  const [left, right] = [read(value), read(wanted)];
  if (left === undefined || right === undefined) return false;
  switch (relation) {
    case 'Equals':
      return left === right;
    case 'LessThan':
      return left < right;
    case 'LessThanEquals':
      return left <= right;
    case 'GreaterThan':
      return left > right;
    case 'GreaterThanEquals':
      return left >= right;
    default:
      throw new Error(`the reference knows no operator ${operator}`);
  }
}

const PLACES = 40;

/** A decimal number as a whole number of its 40th decimal place. */
function readNumber(text: string): bigint | undefined {
  const found = /^([+-]?)(\d*)\.?(\d*)$/.exec(text.trim());
  if (!found) return undefined;
  const [, sign, whole = '', decimals = ''] = found;
  if (whole + decimals === '') return undefined;
  const size = BigInt(whole + decimals.padEnd(PLACES, '0'));
  return sign === '-' ? -size : size;
}

/** Milliseconds, of the forms that https://www.w3.org/TR/NOTE-datetime lists (the zone may be left out), or of seconds since the epoch. */
function readDate(text: string): bigint | undefined {
  if (/^\d+$/.test(text)) return BigInt(text) < 2n ** 63n ? BigInt(text) * 1000n : undefined;
  // digits are seconds, so a year alone is one before our era
  if (/^-\d+$/.test(text)) return BigInt(new Date(0).setUTCFullYear(Number(text), 0, 1));
  const found = /^(\d{4}-\d\d)(-\d\d)?(?:T(\d\d:\d\d)(:\d\d(?:\.\d{1,3})?)?)?(Z|[+-]\d\d:\d\d)?$/i.exec(text);
  if (!found) return undefined;
  const [, month, day = '-01', minutes = '00:00', seconds = ':00', zone = 'Z'] = found;
  const time = Date.parse(`${month}${day}T${minutes}${seconds}${zone.toUpperCase()}`);
  return Number.isNaN(time) ? undefined : BigInt(time);
}

/** Both as texts of 32 or 128 bits; the range's are to be those that the address begins with. */
function inRange(address: string, range: string): boolean {
  const [network = '', length] = range.split('/');
  const bits = bitsOf(network) ?? '';
  const shift = network.includes(':') && bits.length === 32 ? 96 : 0;
  const prefix = bits.slice(0, length === undefined ? bits.length : Number(length) - shift);
  const actual = bitsOf(address);
  return actual?.length === bits.length && actual.startsWith(prefix);
}

function bitsOf(address: string): string | undefined {
  if (/^\d+\.\d+\.\d+\.\d+$/.test(address)) return octets(address);
  if (!/^[\da-f:.]*:[\da-f:.]*$/i.test(address)) return undefined;
  // an IPv4 address at the end as two groups
  const groups = address.replace(/\d+\.\d+\.\d+\.\d+$/, (ending) => {
    const bits = octets(ending);
    return [bits.slice(0, 16), bits.slice(16)].map((half) => Number.parseInt(half, 2).toString(16)).join(':');
  });
  const [head = '', tail] = groups.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = new Array<string>(8 - left.length - right.length).fill('0');
  const bits = [...left, ...zeros, ...right].map((group) => Number.parseInt(group, 16).toString(2).padStart(16, '0'));
  const text = bits.join('');
  return text.startsWith('0'.repeat(80) + '1'.repeat(16)) ? text.slice(96) : text;
}

function octets(address: string): string {
  const numbers = address.split('.').map(Number);
  return numbers.map((octet) => octet.toString(2).padStart(8, '0')).join('');
}
