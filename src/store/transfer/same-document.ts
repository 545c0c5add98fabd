/** Whether two documents are equal, ignoring the order of their fields. */
export function sameDocument(a: object, b: object): boolean {
  // Usually the order is the same too, and that is much faster to check.
  return JSON.stringify(a) === JSON.stringify(b) || canonicalText(a) === canonicalText(b);
}

/**
 * The same text for equal values, whatever the order of their fields, which is up to the store. `undefined` fields are absent, as in JSON.
 */
function canonicalText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalText).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, field]) => `${JSON.stringify(name)}:${canonicalText(field)}`);
  return `{${fields.join()}}`;
}
