import { createHmac } from 'node:crypto';
import type { Client, Configuration, KoaContextWithOIDC } from 'oidc-provider';

interface Subjects extends Configuration {
  readonly pairwiseIdentifier: (ctx: KoaContextWithOIDC, accountId: string, client: Client) => Promise<string>;
}

/** OpenID Connect Core §8: the same subject for every app, or a different one for each sector of apps that request it. */
export function subjects(pairwiseSecret: Buffer): Subjects {
  return {
    subjectTypes: ['public', 'pairwise'],
    pairwiseIdentifier: async (_ctx, accountId, client) =>
      createHmac('sha256', pairwiseSecret)
        .update(JSON.stringify([client['sectorIdentifier'], accountId]))
        .digest('base64url'),
  };
}
