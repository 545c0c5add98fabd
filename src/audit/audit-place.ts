import { InvalidCursorError } from '../ports/collections.ts';

/** The position of an event among those of its account. */
export interface Place {
  readonly blockId: string;
  readonly line: number;
}

export function cursorOf({ blockId, line }: Place): string {
  return `${blockId}.${line}`;
}

/** @throws {InvalidCursorError} if the text is not a cursor. */
export function placeOf(cursor: string): Place {
  const [, blockId, line] = /^([0-9a-f]{32})\.([0-9]{1,6})$/.exec(cursor) ?? [];
  if (blockId === undefined) throw new InvalidCursorError('not a cursor of the audit record');
  return { blockId, line: Number(line) };
}

/** Whether one event was audited before another. */
export function isOlder(one: Place, other: Place): boolean {
  return one.blockId === other.blockId ? one.line < other.line : one.blockId < other.blockId;
}
