/** Longer names are not compared: no action has a longer one, and the time grows with the square. */
const LONGEST = 128;

/** The name closest to `given`, ignoring case, if at most a third of the letters differ; of equally close ones the first. */
export function closestName(given: string, names: readonly string[]): string | undefined {
  if (given.length > LONGEST) return undefined;
  const wanted = given.toLowerCase();
  let best: string | undefined;
  let distance = Math.floor(wanted.length / 3) + 1;
  for (const name of names) {
    if (Math.abs(name.length - wanted.length) >= distance) continue;
    const found = editDistance(wanted, name.toLowerCase(), distance);
    if (found < distance) [best, distance] = [name, found];
  }
  return best;
}

/** The number of letters to insert, delete or replace; at least `limit` if it is that many (Levenshtein). */
function editDistance(from: string, to: string, limit: number): number {
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const replaced = (previous[column - 1] as number) + (from[row - 1] === to[column - 1] ? 0 : 1);
      current.push(Math.min(replaced, (previous[column] as number) + 1, (current[column - 1] as number) + 1));
    }
    if (Math.min(...current) >= limit) return limit;
    previous = current;
  }
  return previous[to.length] as number;
}
