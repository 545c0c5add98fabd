/** Look-alike characters. One letter stands for all that look like it (`l` and `i` both look like `1`). */
const ALIKE: Readonly<Record<string, string>> = {
  '@': 'a',
  '4': 'a',
  '8': 'b',
  '(': 'c',
  '3': 'e',
  '€': 'e',
  '6': 'g',
  '9': 'g',
  '1': 'i',
  '!': 'i',
  '|': 'i',
  l: 'i',
  '0': 'o',
  '5': 's',
  $: 's',
  '7': 't',
  '+': 't',
  '2': 'z',
};
/** How many characters at either end may be read as letters instead of padding. */
const MAX_EDGE_LETTERS = 2;

/** Removes differences of case, width and accents. */
export function plainText(password: string): string {
  return password.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
}

function alike(text: string): string {
  return [...text].map((character) => ALIKE[character] ?? character).join('');
}

function signless(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N}]/gu, '');
}

/** Collapses repeated letters into one. */
function collapse(text: string): string {
  return text.replaceAll(/(.)\1+/gu, '$1');
}

/** Removes signs, maps look-alikes to one letter, and collapses repeated letters. */
export function foldLetters(plain: string): string {
  return collapse(signless(alike(plain)));
}

/** The piece that a text repeats; the last repetition may be incomplete. */
function unitOf(text: string): string | undefined {
  for (let size = 1; size <= text.length / 2; size++) {
    const unit = text.slice(0, size);
    if (unit.repeat(Math.ceil(text.length / size)).startsWith(text)) return unit;
  }
  return undefined;
}

/** How many leading characters may be dropped as padding: all digits and signs, or all but one or two that look like letters. */
function edgesOf(text: string, edge: RegExp): readonly number[] {
  const length = edge.exec(text)?.[0].length ?? 0;
  const lengths = [length];
  for (let kept = 1; kept <= Math.min(MAX_EDGE_LETTERS, length); kept++) lengths.push(length - kept);
  return lengths;
}

/** The word in a password, folded as lists of common passwords are: without the digits and signs around it. */
export function foldedCore(password: string): string {
  return foldLetters(plainText(password).replaceAll(/^[^\p{L}]+|[^\p{L}]+$/gu, ''));
}

/**
 * The words that a password may be built from, each folded like {@link foldedCore}: without padding, with digits at the ends read as
 * letters, without letters held down at an end, and the piece that is repeated.
 */
export function possibleCores(plain: string): ReadonlySet<string> {
  const cores = new Set<string>();
  const repeated = unitOf(signless(plain));
  if (repeated !== undefined) cores.add(foldedCore(repeated));
  for (const text of new Set([plain, plain.replaceAll(/(\p{L})\1{2,}$|^(\p{L})\2{2,}/gu, '')])) addCores(cores, text);
  cores.delete('');
  return cores;
}

function addCores(cores: Set<string>, text: string): void {
  const reversed = [...text].reverse().join('');
  for (const before of edgesOf(text, /^[^\p{L}]+/u)) {
    for (const behind of edgesOf(reversed, /^[^\p{L}]+/u)) {
      const core = text.slice(before, text.length - behind);
      cores.add(foldLetters(core));
      cores.add(foldLetters(unitOf(signless(core)) ?? ''));
    }
  }
}
