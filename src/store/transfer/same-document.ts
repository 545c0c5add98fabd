/** Whether two documents hold the same, whatever the order of their fields. */
export function sameDocument(a: object, b: object): boolean {
  // Most often the order is the same, too, and that is found out much sooner.
  return JSON.stringify(a) === JSON.stringify(b) || canonicalText(a) === canonicalText(b);
}

/**
 * One text for what is the same value, whatever the order of its fields: that is the store's own business. Fields that are
 * `undefined` are absent, as in JSON.
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
