import { utcMinute } from '../../kernel/utc-minute.ts';
import { Text } from '../html.ts';
import { DEFAULT_LANGUAGE } from './languages.ts';

/** A day, in UTC. English pages show it as in ISO 8601, because countries write English dates differently. */
export function dayOf(time: number): Text {
  return new Text((language) =>
    language === DEFAULT_LANGUAGE
      ? isoTime(time).slice(0, 10)
      : new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeZone: 'UTC' }).format(time),
  );
}

/** A minute, with its time zone, which is UTC. */
export function minuteOf(time: number): Text {
  return new Text((language) => utcMinute(time, language));
}

/** As the `datetime` of an element. */
export function isoTime(time: number): string {
  return new Date(time).toISOString();
}
