/** RFC 9110 §5.6.7, IMF-fixdate. The obsolete forms are not accepted. */
const IMF_FIXDATE = /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/;

/** Renders a time (ms since the epoch) in ISO 8601 basic format: `20260101T000000Z`. */
export function formatAmzDate(time: number): string {
  return new Date(time).toISOString().replace(/[-:]|\.\d{3}/g, '');
}

/** Parses `length` digits at `start`; NaN if one is not a digit. Runs on every request, hence no regular expression. */
function digits(text: string, start: number, length: number): number {
  let value = 0;
  for (let i = start; i < start + length; i++) {
    const digit = text.charCodeAt(i) - 0x30;
    value = digit >= 0 && digit <= 9 ? value * 10 + digit : Number.NaN;
  }
  return value;
}

/** Parses `20260101T000000Z` into ms since the epoch; `undefined` if the text has another form or the date does not exist. */
export function parseAmzDate(text: string): number | undefined {
  if (text.length !== 16 || text.charAt(8) !== 'T' || text.charAt(15) !== 'Z') return undefined;
  const year = digits(text, 0, 4);
  const month = digits(text, 4, 2);
  const day = digits(text, 6, 2);
  const hour = digits(text, 9, 2);
  const minute = digits(text, 11, 2);
  const second = digits(text, 13, 2);
  const time = Date.UTC(year, month - 1, day, hour, minute, second);
  // Date.UTC rolls over impossible dates (31 February); reject them instead. NaN fails every comparison.
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

/** Creates a {@link parseAmzDate} that remembers the last date. */
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

/** Parses the `Date` header, which may contain the basic format or an HTTP date; `undefined` if it is neither. */
export function parseDateHeader(text: string): number | undefined {
  if (!IMF_FIXDATE.test(text)) return parseAmzDate(text);
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}
