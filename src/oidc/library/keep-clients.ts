import type Provider from 'oidc-provider';
import type { Adapter, Client } from 'oidc-provider';
import { BUILT_IN_CLIENTS } from '../own-client.ts';
import { addFormerSecret } from './former-secret-keys.ts';
import type { StrangerFetches } from './registration/stranger-fetches.ts';

/**
 * Makes oidc-provider construct each client only once. The library expects that metadata may differ at each call, so it recognises
 * clients by a hash over all of it, and caches only a hundred. Our metadata is the same object as long as it is unchanged
 * (`open-clients.ts`). Requests to addresses of a client that registered itself are marked as such.
 */
export function keepClients(
  provider: Provider,
  { find: findMetadata }: Pick<Adapter, 'find'>,
  strangers: Pick<StrangerFetches, 'mark'>,
): void {
  const made = new WeakMap<object, Client>();
  const model = provider.Client as unknown as { find(clientId: unknown): Promise<Client | undefined> };
  const find = model.find.bind(model);
  model.find = async (clientId) => {
    // The subject of an unverified assertion can be any value; only texts are looked up.
    const isOurs = typeof clientId === 'string' && !BUILT_IN_CLIENTS.has(clientId);
    const metadata = isOurs ? await findMetadata(clientId) : undefined;
    const known = metadata && made.get(metadata);
    if (known !== undefined) return known;
    const client = await find(clientId);
    if (metadata && client !== undefined) {
      addFormerSecret(client);
      if (client['registration'] !== undefined) strangers.mark(client);
      made.set(metadata, client);
    }
    return client;
  };
}
