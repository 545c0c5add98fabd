import type { EphemeralKey } from '../src/ports/ephemeral-key.ts';
import { EPHEMERAL_KEYS } from '../src/ports/ephemeral-keys.ts';

const BEGIN = '<!-- Generated from src/ports/ephemeral-keys.ts by `npx tsx scripts/make-configuration.ts --write`. -->';
const END = '<!-- End of the generated table. -->';

const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
] as const;

/** Replaces the table of keys in a page. @throws {Error} if the page has no place for it. */
export function withKeyTable(page: string): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin === -1 || end < begin) throw new Error('the page has no generated table of keys');
  const rows = Object.values<EphemeralKey>(EPHEMERAL_KEYS).map(
    ({ format, kind, lifetime, owner, meaning }) =>
      `| \`${format}\` | ${kind} | ${textOf(lifetime)} | ${meaning} | \`${owner}\` |`,
  );
  const table = ['| key | kind | lifetime | meaning | owner |', '|---|---|---|---|---|', ...rows].join('\n');
  return `${page.slice(0, begin)}${BEGIN}\n\n${table}\n\n${page.slice(end)}`;
}

/** In the largest unit that needs no fraction. */
function textOf(lifetime: number | string): string {
  if (typeof lifetime === 'string') return lifetime;
  const [unit, ms] = UNITS.find(([, each]) => lifetime % each === 0) ?? ['second', 1_000];
  const count = lifetime / ms;
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
