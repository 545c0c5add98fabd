import { hash } from 'node:crypto';
import { ServiceError } from '../../kernel/service-error.ts';

/** Knows passwords that were found in breaches of other services. */
export interface BreachedPasswords {
  /** @throws {ServiceError} ServiceUnavailable if the list cannot be read, and passwords are to be refused then. */
  has(password: string): Promise<boolean>;
}

/**
 * A list of breached passwords.
 * @param sha1 the SHA-1 hash of a password: 40 hexadecimal digits in upper case. Lists are published in this form; it is never stored here.
 * @throws if the list cannot be read, or an answer cannot be understood.
 */
export type BreachList = (sha1: string) => Promise<boolean>;

export type BreachOutcome = 'listed' | 'not-listed' | 'unavailable';

interface BreachDependencies {
  readonly list: BreachList;
  /** What becomes of a password if the list cannot be read. */
  readonly whenUnavailable: 'accept' | 'refuse';
  readonly observe: (outcome: BreachOutcome, error?: unknown) => void;
}

/** Looks passwords up in a list. The log and the metrics see how a lookup ended, never of which password or hash. */
export function openBreachedPasswords({ list, whenUnavailable, observe }: BreachDependencies): BreachedPasswords {
  return {
    async has(password) {
      try {
        const isListed = await list(hash('sha1', password, 'hex').toUpperCase());
        observe(isListed ? 'listed' : 'not-listed');
        return isListed;
      } catch (error) {
        observe('unavailable', error);
        if (whenUnavailable === 'accept') return false;
        throw new ServiceError(
          'ServiceUnavailable',
          'New passwords cannot be compared with the list of breached passwords at the moment. Try again later.',
          { cause: error },
        );
      }
    },
  };
}
