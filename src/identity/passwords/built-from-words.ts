import { foldLetters, plainText, possibleCores } from './fold-password.ts';

/** Shorter pieces match words by chance. */
const MIN_PIECE_LENGTH = 4;
/** Longest text tried as two adjacent words: longer ones could be three words by chance. */
const MAX_PAIR_LENGTH = 14;

/** Whether a folded text consists of two of the words, one after the other. */
function isPair(core: string, isWord: (core: string) => boolean): boolean {
  if (core.length > MAX_PAIR_LENGTH) return false;
  for (let cut = MIN_PIECE_LENGTH; cut <= core.length - MIN_PIECE_LENGTH; cut++) {
    if (isWord(core.slice(0, cut)) && isWord(core.slice(cut))) return true;
  }
  return false;
}

/** The distinct pieces of a password between its digits and signs. */
function partsOf(plain: string): readonly string[] {
  return [...new Set(plain.split(/[^\p{L}]+/u).filter((part) => part !== ''))];
}

/**
 * Whether a password is a single word, or up to three letters held down, with any digits and signs around and between, in any case and
 * spelling.
 * @param isWord recognises a word folded by {@link foldLetters}.
 */
export function isBuiltFrom(password: string, isWord: (core: string) => boolean): boolean {
  const plain = plainText(password);
  if (!/\p{L}/u.test(plain)) return false;
  if (/^[^\p{L}]*((\p{L})\2*){1,3}[^\p{L}]*$/u.test(plain) && /\p{L}{8}/u.test(plain)) return true;
  for (const core of possibleCores(plain)) if (isWord(core)) return true;
  const [part = '', ...others] = partsOf(plain);
  return others.length === 0 && part.length >= MIN_PIECE_LENGTH && isWord(foldLetters(part));
}

/** Whether a password consists of two words, in the sense of {@link isBuiltFrom}. */
export function isBuiltFromTwo(password: string, isWord: (core: string) => boolean): boolean {
  const plain = plainText(password);
  for (const core of possibleCores(plain)) if (isPair(core, isWord)) return true;
  const parts = partsOf(plain);
  return parts.length === 2 && parts.every((part) => part.length >= MIN_PIECE_LENGTH && isWord(foldLetters(part)));
}
