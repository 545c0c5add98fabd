/** RFC 9110 §5.6.7, IMF-fixdate; the obsolete forms are not taken. */
const IMF_FIXDATE = /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/;

/** Renders a time (ms since the epoch) in ISO 8601 basic format: `20260101T000000Z`. */
export function formatAmzDate(time: number): string {
  return new Date(time).toISOString().replace(/[-:]|\.\d{3}/g, '');
}

/** The number that `length` digits from `start` make; NaN where one is no digit. On the path of every request, hence no pattern. */
function digits(text: string, start: number, length: number): number {
  let value = 0;
  for (let i = start; i < start + length; i++) {
    const digit = text.charCodeAt(i) - 0x30;
    value = digit >= 0 && digit <= 9 ? value * 10 + digit : Number.NaN;
  }
  return value;
}

/** Reads `20260101T000000Z` into ms since the epoch; `undefined` where it is not of that form or no such moment exists. */
export function parseAmzDate(text: string): number | undefined {
  if (text.length !== 16 || text.charAt(8) !== 'T' || text.charAt(15) !== 'Z') return undefined;
  const year = digits(text, 0, 4);
  const month = digits(text, 4, 2);
  const day = digits(text, 6, 2);
  const hour = digits(text, 9, 2);
  const minute = digits(text, 11, 2);
  const second = digits(text, 13, 2);
  const time = Date.UTC(year, month - 1, day, hour, minute, second);
  // Date.UTC carries over what is too large (31 February); such a date is refused instead. NaN is never <=.
  const exists =
    hour <= 23 &&
    minute <= 59 &&
    second <= 59 &&
    month >= 1 &&
    month <= 12 &&
    new Date(time).getUTCDate() === day &&
    year >= 1970;
  return exists ? time : undefined;
}

/** Makes a {@link parseAmzDate} that remembers the last date. */
export function amzDateReader(): typeof parseAmzDate {
  let last = '';
  let time: number | undefined;
  return (text) => {
    if (text !== last) {
      time = parseAmzDate(text);
      last = text;
    }
    return time;
  };
}

/** Reads the `Date` header, which may hold the basic format or an HTTP date; `undefined` where it is neither. */
export function parseDateHeader(text: string): number | undefined {
  if (!IMF_FIXDATE.test(text)) return parseAmzDate(text);
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}
