/** The Node release line that this server is fastest on and that its image uses. */
const RECOMMENDED = 24;

/** A line of advice if the server runs on an older Node; otherwise `undefined`. */
export function nodeVersionAdvice(version: string): string | undefined {
  const major = Number(/^v?(\d+)/.exec(version)?.[1] ?? 0);
  if (major >= RECOMMENDED) return undefined;
  return `Node ${version} works; Node ${RECOMMENDED} is recommended: it is faster by an eighth to a quarter.`;
}
