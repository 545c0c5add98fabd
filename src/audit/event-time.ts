/** A time (ms since the epoch) as ids begin with it: 12 hexadecimal digits, which sort as the times do. */
export function timeText(time: number): string {
  return Math.max(0, Math.ceil(time)).toString(16).padStart(TIME_DIGITS, '0');
}

/** The time that an id begins with (see `eventIdMaker`); 0 where it begins with none. */
export function timeOfId(id: string): number {
  return Number.parseInt(id.slice(0, TIME_DIGITS), 16) || 0;
}

/** The time of an event, given as its JSON: read off its beginning where the id stands there, which it does as events are made. */
export function timeOfLine(line: string): number {
  if (line.startsWith(BEGINNING)) return timeOfId(line.slice(BEGINNING.length, BEGINNING.length + TIME_DIGITS));
  return timeOfId((JSON.parse(line) as { eventId: string }).eventId);
}

const TIME_DIGITS = 12;
const BEGINNING = '{"eventId":"';
