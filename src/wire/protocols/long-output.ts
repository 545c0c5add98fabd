/** Lists longer than this are worth rendering in pieces. */
const LONG = 32;

/** Whether rendering an output in one go could delay other requests. */
export function isLongOutput(output: object): boolean {
  for (const value of Object.values(output)) if (Array.isArray(value) && value.length > LONG) return true;
  return false;
}
