/**
 * Returns a copy of the text that is shared process-wide. V8 keeps a substring as a reference to the whole text, so
 * the key of a condition would keep its entire policy in memory, and each policy would have its own copy of each key.
 * V8 interns property names, and releases them when nothing references them any more.
 */
export function ownText(text: string): string {
  return Object.keys({ [text]: 0 })[0] as string;
}
