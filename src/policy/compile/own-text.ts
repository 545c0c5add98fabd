/**
 * Returns a copy of the text, one per process. V8 keeps a substring as a reference to the whole text, so the key of a
 * condition would keep its entire policy in memory, and each policy would have its own copy of each key. V8 interns
 * property names, and frees them once nothing refers to them.
 */
export function ownText(text: string): string {
  return Object.keys({ [text]: 0 })[0] as string;
}
