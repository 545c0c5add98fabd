import type { Factor } from '../credentials/credential-holder.ts';
import type { FactorTraits } from './factor-kind.ts';
import { passkeyTraits } from './passkey-traits.ts';
import { totpFactor } from './totp-factor.ts';

/** The kinds of second factors. To add one, add a row here and a member to {@link Factor}. */
export const FACTOR_KINDS = { totp: totpFactor, passkey: passkeyTraits } as const satisfies {
  readonly [K in Factor['kind']]: FactorTraits<Extract<Factor, { kind: K }>>;
};
