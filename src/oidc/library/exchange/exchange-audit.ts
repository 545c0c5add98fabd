import type { KoaContextWithOIDC } from 'oidc-provider';

/** What audit events say about an exchange, besides its client. Never a token. */
export interface ExchangeAudit {
  /** The account whose administrators see it. */
  readonly accountId: string | undefined;
  readonly request: Readonly<Record<string, string>>;
}

const ENTITY = 'ExchangeAudit';

export function noteExchange(ctx: KoaContextWithOIDC, audit: ExchangeAudit): void {
  ctx.oidc.entity(ENTITY as never, audit as never);
}

/** `undefined` if the request is not an exchange, or failed before anything of it was known. */
export function exchangeAuditOf(ctx: KoaContextWithOIDC): ExchangeAudit | undefined {
  return (ctx.oidc.entities as Readonly<Record<string, unknown>>)[ENTITY] as ExchangeAudit | undefined;
}
