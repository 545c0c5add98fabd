import { randomBytes } from 'node:crypto';

/** A name that no earlier run has used, so that a suite can run again on the same server. */
export function unique(name: string): string {
  return `${name}-${randomBytes(4).toString('hex')}`;
}
