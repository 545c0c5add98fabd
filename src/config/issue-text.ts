import type { z } from 'zod';

type Issue = z.core.$ZodRawIssue;

const KINDS: Readonly<Record<string, string>> = {
  string: 'a text in double quotes',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list […]',
  object: 'a group {…}',
  record: 'a group {…}',
};
const UNITS: Readonly<Record<string, string>> = { string: 'characters', array: 'entries', set: 'entries' };
const FORMS: Readonly<Record<string, string>> = {
  url: 'must be a URL such as https://app.example.com/path',
  email: 'must be an e-mail address',
  ipv4: 'must be an IPv4 address',
  ipv6: 'must be an IPv6 address',
  cidrv4: 'must be a range such as 10.0.0.0/8',
  cidrv6: 'must be a range such as fd00::/8',
};

/**
 * Describes what is wrong with a value, for the operator. The library's own messages name its types, and some repeat the value.
 * A message given in the schema takes precedence over this one.
 */
export function issueText(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'is missing' : `must be ${KINDS[issue.expected] ?? 'of another type'}`;
    case 'invalid_value':
      return `must be ${issue.values.length === 1 ? '' : 'one of '}${issue.values.map(String).join(', ')}`;
    case 'too_small':
      return boundText(issue, Number(issue.minimum), { text: 'at least', number: 'or more' });
    case 'too_big':
      return boundText(issue, Number(issue.maximum), { text: 'at most', number: 'or less' });
    case 'invalid_format':
      return FORMS[issue.format] ?? 'does not have the expected format';
    case 'invalid_union':
      return 'matches none of the allowed forms';
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}`;
    default:
      return 'is not allowed';
  }
}

function boundText(
  { origin, inclusive = true }: { readonly origin: string; readonly inclusive?: boolean },
  bound: number,
  words: { readonly text: string; readonly number: string },
): string {
  const unit = UNITS[origin];
  if (unit !== undefined) return `must have ${words.text} ${bound} ${unit}`;
  return inclusive
    ? `must be ${bound} ${words.number}`
    : `must be ${words.number === 'or more' ? 'more' : 'less'} than ${bound}`;
}
