/** Formats a time (ms since the epoch) for the start of an id: 12 hexadecimal digits, which sort like the times. */
export function timeText(time: number): string {
  return Math.max(0, Math.ceil(time)).toString(16).padStart(TIME_DIGITS, '0');
}

/** The time at the start of an id (see `eventIdMaker`); 0 if there is none. */
export function timeOfId(id: string): number {
  return Number.parseInt(id.slice(0, TIME_DIGITS), 16) || 0;
}

/** The time of an event given as JSON. Read without parsing if the JSON starts with the id, as it normally does. */
export function timeOfLine(line: string): number {
  if (line.startsWith(BEGINNING)) return timeOfId(line.slice(BEGINNING.length, BEGINNING.length + TIME_DIGITS));
  return timeOfId((JSON.parse(line) as { eventId: string }).eventId);
}

const TIME_DIGITS = 12;
const BEGINNING = '{"eventId":"';
