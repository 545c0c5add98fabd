import { describe } from '@jest/globals';

/**
 * `describe` for a suite that needs a program of others: skipped where it is not installed, except in CI, which installs it.
 * @throws {Error} in CI, if it is missing.
 */
export function withPeer(isThere: boolean, name: string): typeof describe | typeof describe.skip {
  if (!isThere && process.env['CI'] === 'true') throw new Error(`${name} must be installed for this suite`);
  return isThere ? describe : describe.skip;
}
