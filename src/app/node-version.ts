/** The release line of Node that this server is fastest on and that its image uses. */
const RECOMMENDED = 24;

/** One line of advice where the server runs on an older Node; `undefined` where there is nothing to say. */
export function nodeVersionAdvice(version: string): string | undefined {
  const major = Number(/^v?(\d+)/.exec(version)?.[1] ?? 0);
  if (major >= RECOMMENDED) return undefined;
  return `Node ${version} works; Node ${RECOMMENDED} is recommended: it is faster by an eighth to a quarter.`;
}
