import { readFileSync } from 'node:fs';

/** 2,000 of the 100,000 most common passwords: every fiftieth, as they are listed. Made by `scripts/make-password-list.ts`. */
export const LISTED: readonly string[] = JSON.parse(
  readFileSync(new URL('./listed-passwords.json', import.meta.url), 'utf8'),
);

const LONG_ENOUGH = 15;
const COUNTING = '12345678901234567890';

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function leet(text: string): string {
  return [...text].map((character) => ({ a: '@', e: '3', i: '1', o: '0', s: '$' })[character] ?? character).join('');
}

/** How people make a short password long enough. */
export const PADDINGS: Readonly<Record<string, (word: string) => string>> = {
  'digits behind': (word) => word + COUNTING.slice(0, Math.max(0, LONG_ENOUGH - word.length)),
  'a capital, digits and a sign': (word) => `${capital(word)}${COUNTING.slice(0, Math.max(1, 14 - word.length))}!`,
  'digits before': (word) => COUNTING.slice(0, Math.max(0, LONG_ENOUGH - word.length)) + word,
  'years behind': (word) => word + '2024'.repeat(Math.ceil(Math.max(0, LONG_ENOUGH - word.length) / 4)),
  'digits and signs around': (word) => `2024${word}${'!'.repeat(Math.max(1, 11 - word.length))}`,
  'signs behind': (word) => word + '!@#$%^&*()_+-='.slice(0, Math.max(0, LONG_ENOUGH - word.length)),
  'again and again': (word) => word.repeat(Math.ceil(LONG_ENOUGH / word.length)),
  'the last character held down': (word) => word.padEnd(LONG_ENOUGH, word.at(-1)),
  'a letter held down': (word) => word.padEnd(LONG_ENOUGH, 'a'),
  'digits for letters': (word) => `${capital(leet(word))}${COUNTING.slice(0, Math.max(1, 14 - word.length))}!`,
};

/** Numbers that are the same in each run, and as good as random for this. */
function sequence(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Passphrases of four words, which are common passwords themselves: nothing is closer to the list and still good. */
export function passphrases(count: number, seed = 1): readonly string[] {
  const next = sequence(seed);
  const words = LISTED.filter((word) => /^[a-z]{4,8}$/.test(word) && new Set(word).size > 3);
  return Array.from({ length: count }, () =>
    Array.from({ length: 4 }, () => words[next(words.length)]).join([' ', '-', ''][next(3)]),
  );
}

/** What password managers generate. */
export function generatedPasswords(count: number, seed = 1): readonly string[] {
  const next = sequence(seed);
  const alphabet = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789!#%+-_';
  return Array.from({ length: count }, () =>
    Array.from({ length: LONG_ENOUGH }, () => alphabet[next(alphabet.length)]).join(''),
  );
}
