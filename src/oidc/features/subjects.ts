import { createHmac } from 'node:crypto';
import type { Configuration } from 'oidc-provider';

/** OpenID Connect Core §8: the same subject for every app, or a different one for each sector of apps that request it. */
export function subjects(pairwiseSecret: Buffer): Configuration {
  return {
    subjectTypes: ['public', 'pairwise'],
    pairwiseIdentifier: async (_ctx, accountId, client) =>
      createHmac('sha256', pairwiseSecret)
        .update(JSON.stringify([client['sectorIdentifier'], accountId]))
        .digest('base64url'),
  };
}
