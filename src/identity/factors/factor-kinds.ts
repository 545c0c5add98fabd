import type { Factor } from '../credentials/credential-holder.ts';
import type { FactorKind } from './factor-kind.ts';
import { totpFactor } from './totp-factor.ts';

/** The kinds of second factors. To add one, add a row here and a member to {@link Factor}. */
export const FACTOR_KINDS = { totp: totpFactor } as const satisfies {
  readonly [K in Factor['kind']]: FactorKind<Extract<Factor, { kind: K }>, never, never>;
};
