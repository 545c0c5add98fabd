import type { ActClaim, TokenOrigin } from '../library/exchange/exchanged-tokens.ts';

/** A token that was shown, and that this server has issued and not ended. */
export interface PresentedToken {
  /** The client that it was issued to. */
  readonly clientId: string;
  readonly audiences: readonly string[];
  readonly scopes: ReadonlySet<string>;
  /** In seconds since the epoch. */
  readonly expiresAt: number;
  readonly act: ActClaim | undefined;
  /** The party that alone may act for the subject (RFC 8693 §4.4). */
  readonly mayAct: unknown;
  /** The key that its bearer must prove to have (RFC 7800, RFC 9449 §6). */
  readonly confirmation: Readonly<Record<string, unknown>> | undefined;
  readonly origin: TokenOrigin;
}
