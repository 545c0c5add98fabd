import { LISTED, PADDINGS, passphrases } from '../harness/guessable-passwords.ts';
import { isCommonPassword, isShortNumber } from '../src/identity/passwords/common-passwords.ts';
import type { Bench } from './bench.ts';

const isRefused = (password: string): boolean => isCommonPassword(password) || isShortNumber(password);

/** @throws {Error} if the shares of refused passwords differ from the documentation. */
function requireShares(padded: readonly string[], good: readonly string[]): void {
  const refused = padded.filter(isRefused).length;
  if (refused < padded.length * 0.99)
    throw new Error(`${refused} of ${padded.length} padded common passwords are refused`);
  const wrong = good.filter(isRefused);
  if (wrong.length > 0) throw new Error(`passphrases are refused: ${wrong.slice(0, 5).join(', ')}`);
}

/** How fast common passwords are recognised. The shares of refused passwords are verified first. */
const commonPasswords: Bench = {
  name: 'common-passwords',
  against: 'passphrase',
  prepare() {
    const pads = Object.values(PADDINGS);
    const padded = LISTED.map((word, index) => pads[index % pads.length]?.(word) ?? word);
    const good = passphrases(2000);
    requireShares(padded, good);
    let turn = 0;
    const next = (passwords: readonly string[]) => (): boolean => isRefused(passwords[turn++ % passwords.length] ?? '');
    return {
      variants: {
        passphrase: { kind: 'sync', call: next(good) },
        'padded common password': { kind: 'sync', call: next(padded) },
      },
    };
  },
};

export const benches: readonly Bench[] = [commonPasswords];
