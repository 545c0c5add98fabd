import type { AccessToken, Configuration } from 'oidc-provider';
import { exchangeFactsOf } from '../library/exchange/exchanged-tokens.ts';
import { ORIGIN_CLAIM, type OriginMarks } from './origin-marks.ts';
import { originOf } from './token-origin.ts';

interface MarkDependencies {
  readonly marks: Pick<OriginMarks, 'make'>;
  /** Whether any client may exchange tokens at the moment. */
  readonly mayBeUsed: () => Promise<boolean>;
}

/**
 * Gives signed access tokens the subject of an exchange and, while any client may exchange tokens, the mark of what they came from. Without
 * the mark they cannot be exchanged, so tokens from before that time cannot.
 */
export function markOrigins({ marks, mayBeUsed }: MarkDependencies): Configuration {
  return {
    formats: {
      customizers: {
        async jwt(_ctx, token, { payload }) {
          if (token.kind !== 'AccessToken') return undefined as never;
          const sub = exchangeFactsOf(token)?.sub;
          if (sub !== undefined) payload['sub'] = sub;
          const { jti, iat } = payload as { readonly jti: string; readonly iat: number };
          const origin = originOf(token as AccessToken, iat);
          if (origin !== undefined && origin.kind !== 'principal' && (await mayBeUsed())) {
            payload[ORIGIN_CLAIM] = marks.make(jti, origin);
          }
          return undefined as never;
        },
      },
    },
  };
}
