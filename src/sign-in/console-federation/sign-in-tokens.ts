import type { Clock } from '../../kernel/clock.ts';
import type { Random } from '../../kernel/random.ts';
import { hashedId } from '../../keys/hashed-id.ts';
import type { Sealer } from '../../keys/key-ring.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import { EPHEMERAL_KEYS } from '../../ports/ephemeral-keys.ts';

/** What a console session is made of. */
export interface FederatedLogin {
  readonly accessKeyId: string;
  readonly sessionToken: string;
  /** When the console session ends, in ms since the epoch. */
  readonly expiresAt: number;
}

/** Sign-in tokens: each stands for a login, lives for 15 minutes, and works once. Only its hash and sealed contents are stored. */
export interface SignInTokens {
  issue(login: FederatedLogin): Promise<string>;
  /** What a token stands for, without using it. */
  peek(token: string): Promise<FederatedLogin | undefined>;
  /** Uses a token. Of several concurrent calls, one gets the login. */
  take(token: string): Promise<FederatedLogin | undefined>;
}

export interface StoredLoginsDependencies {
  readonly ephemeral: Ephemeral;
  readonly sealer: Sealer;
  readonly random: Random;
  readonly clock: Clock;
}

export const ID_BYTES = 32;
const { consoleSignIn } = EPHEMERAL_KEYS;

export function signInTokens({ ephemeral, sealer, random }: StoredLoginsDependencies): SignInTokens {
  const open = (text: string | undefined, key: string): FederatedLogin | undefined =>
    text === undefined ? undefined : (JSON.parse(sealer.open(text, key).toString('utf8')) as FederatedLogin);
  const keyOf = (token: string): string => consoleSignIn.of(hashedId(token));
  return {
    async issue(login) {
      const token = random.bytes(ID_BYTES).toString('base64url');
      const key = keyOf(token);
      await ephemeral.set(key, sealer.seal(Buffer.from(JSON.stringify(login)), key), consoleSignIn.lifetime);
      return token;
    },
    peek: async (token) => open(await ephemeral.get(keyOf(token)), keyOf(token)),
    take: async (token) => open(await ephemeral.take(keyOf(token)), keyOf(token)),
  };
}
