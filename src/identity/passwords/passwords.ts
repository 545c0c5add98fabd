import type { BreachedPasswords } from './breached-passwords.ts';
import { openHashingPool } from './hashing-pool.ts';
import type { Argon2Parameters } from './hashing-worker.ts';

export interface PasswordCheck {
  readonly ok: boolean;
  /** A new hash of the password, if the stored one was made with weaker parameters than today's. Store it instead. */
  readonly rehash?: string;
}

/** Hashes and verifies passwords (argon2id, PHC form) in a bounded pool of threads. */
export interface Passwords {
  /** @throws {ServiceError} ServiceUnavailable if too many hashes are waiting. */
  hash(password: string): Promise<string>;
  /** @throws {ServiceError} ServiceUnavailable if too many hashes are waiting. */
  verify(hash: string, password: string): Promise<PasswordCheck>;
  /** Takes as long as `verify`, for people who do not exist. Always returns `{ ok: false }`. */
  verifyDummy(password: string): Promise<PasswordCheck>;
  /** Whether another hash would begin soon. Nothing is refused if not, but whatever can wait should. */
  hasRoom(): boolean;
  /** Whether a password is on the list of breached ones. Without a list: no. @throws {ServiceError} ServiceUnavailable */
  isBreached(password: string): Promise<boolean>;
  close(): Promise<void>;
}

export interface PasswordsOptions {
  /** Maximum number of threads. */
  readonly size: number;
  /** How many hashes may wait for a thread; default: 64 per thread (about two seconds of work). */
  readonly queueLimit?: number;
  /** Default: the first choice of OWASP's password storage cheat sheet for a parallelism of one. */
  readonly parameters?: Argon2Parameters;
  /** What new passwords are compared with. Default: no list. */
  readonly breached?: BreachedPasswords | undefined;
}

/** As many jobs for each thread as keep it busy until the next question whether there is room. */
const JOBS_AHEAD = 4;

export const ARGON2_PARAMETERS: Argon2Parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Passwords are compared in one Unicode form (NIST SP 800-63B-4 §3.1.1.2), and never truncated. */
function normalize(password: string): string {
  return password.normalize('NFKC');
}

/** Whether a hash was made with weaker parameters than these, or with another algorithm. */
function isWeaker(hash: string, { memoryCost, timeCost }: Argon2Parameters): boolean {
  const match = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=\d+\$/.exec(hash);
  return match === null || Number(match[1]) < memoryCost || Number(match[2]) < timeCost;
}

export function openPasswords({
  size,
  queueLimit = size * 256,
  parameters = ARGON2_PARAMETERS,
  breached,
}: PasswordsOptions): Passwords {
  const pool = openHashingPool({ size, queueLimit });
  const { memoryCost, timeCost, parallelism } = parameters;
  // Well-formed, as costly as today's hashes, and not the hash of any known password.
  const dummy = `$argon2id$v=19$m=${memoryCost},t=${timeCost},p=${parallelism}$${'cm9sZWNhbGxkdW1teXNhbA'}$${'A'.repeat(43)}`;
  const hash = async (password: string): Promise<string> =>
    String(await pool.run({ kind: 'hash', password: normalize(password), parameters }));
  return {
    hash,
    async verify(stored, password) {
      const ok = await pool.run({ kind: 'verify', password: normalize(password), hash: stored });
      if (ok !== true) return { ok: false };
      return isWeaker(stored, parameters) ? { ok: true, rehash: await hash(password) } : { ok: true };
    },
    async verifyDummy(password) {
      await pool.run({ kind: 'verify', password: normalize(password), hash: dummy });
      return { ok: false };
    },
    hasRoom: () => pool.waiting < size * JOBS_AHEAD,
    isBreached: async (password) => (await breached?.has(normalize(password))) ?? false,
    close: () => pool.close(),
  };
}
