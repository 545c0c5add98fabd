/**
 * Letters of other scripts, and digits, that look like Latin letters (after Unicode Technical Standard #39), in lower case. Capital letters
 * that only look alike as such are folded first.
 */
const LOOKS: Readonly<Record<string, string>> = {
  ...lettersOf('аɑα', 'a'),
  ...lettersOf('вβь', 'b'),
  ...lettersOf('сϲ', 'c'),
  ...lettersOf('ԁ', 'd'),
  ...lettersOf('еҽєε3', 'e'),
  ...lettersOf('ɡ', 'g'),
  ...lettersOf('һн', 'h'),
  ...lettersOf('іιıӏ1|!ⅼ', 'l'),
  ...lettersOf('ј', 'j'),
  ...lettersOf('кκ', 'k'),
  ...lettersOf('м', 'm'),
  ...lettersOf('ոη', 'n'),
  ...lettersOf('оοσօ0', 'o'),
  ...lettersOf('рρ', 'p'),
  ...lettersOf('ԛ', 'q'),
  ...lettersOf('г', 'r'),
  ...lettersOf('ѕ5$', 's'),
  ...lettersOf('тτ', 't'),
  ...lettersOf('υս', 'u'),
  ...lettersOf('νѵ', 'v'),
  ...lettersOf('ԝω', 'w'),
  ...lettersOf('хχ', 'x'),
  ...lettersOf('уγү', 'y'),
};
/** `i` and `l` look alike as capital and small letters. */
const SAME = /i/g;
/** Pairs that look like one letter. */
const PAIRS: readonly (readonly [string, string])[] = [
  ['rn', 'm'],
  ['vv', 'w'],
];

function lettersOf(letters: string, latin: string): Readonly<Record<string, string>> {
  return Object.fromEntries([...letters].map((letter) => [letter, latin]));
}

/** A key that names have in common if people could take one for the other. Names without letters are compared as they are. */
export function lookAlikeKey(name: string): string {
  const plain = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\p{M}\p{C}\p{Z}]/gu, '');
  const letters = [...plain].map((letter) => LOOKS[letter] ?? letter).join('');
  const bare = letters.replace(/[^\p{L}\p{N}]/gu, '').replace(SAME, 'l');
  return PAIRS.reduce((key, [pair, one]) => key.replaceAll(pair, one), bare) || plain;
}
