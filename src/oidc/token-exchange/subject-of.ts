import type { Client, KoaContextWithOIDC } from 'oidc-provider';
import type { TokenOrigin } from '../library/exchange/exchanged-tokens.ts';

/** The pairwise subject of a person for a client (OpenID Connect Core §8.1). */
export type Pairwise = (ctx: KoaContextWithOIDC, subject: string, client: Client) => Promise<string>;

/** The subject of what was exchanged, as the requesting client knows it. */
export async function subjectOf(ctx: KoaContextWithOIDC, origin: TokenOrigin, pairwise: Pairwise): Promise<string> {
  const client = ctx.oidc.client as Client;
  switch (origin.kind) {
    case 'person':
      return client.subjectType === 'pairwise' ? await pairwise(ctx, origin.subject, client) : origin.subject;
    case 'machine':
      return origin.issued[0]?.clientId ?? '';
    case 'principal':
      return origin.caller.userId;
  }
}

/** What tokens tell of a subject that is not a person. Those of people have the claims of their scopes. */
export function claimsOfPrincipal(origin: TokenOrigin): Readonly<Record<string, string>> | undefined {
  if (origin.kind !== 'principal') return undefined;
  const { arn, accountId } = origin.caller;
  return { arn, account_id: accountId };
}
