import type Provider from 'oidc-provider';
import type { Adapter, Client } from 'oidc-provider';
import { OWN_CLIENT_ID } from '../own-client.ts';

/**
 * Lets a client be made of its metadata once. oidc-provider, which may get other metadata of its adapter each time, knows a client again by a
 * hash over all of them, and keeps a hundred; ours are the same object for as long as they are the same (`open-clients.ts`).
 */
export function keepClients(provider: Provider, { find: findMetadata }: Pick<Adapter, 'find'>): void {
  const made = new WeakMap<object, Client>();
  const model = provider.Client as unknown as { find(clientId: unknown): Promise<Client | undefined> };
  const find = model.find.bind(model);
  model.find = async (clientId) => {
    // The subject of an assertion that nobody has verified may be anything: stores are asked for texts only.
    const isOurs = typeof clientId === 'string' && clientId !== OWN_CLIENT_ID;
    const metadata = isOurs ? await findMetadata(clientId) : undefined;
    const known = metadata && made.get(metadata);
    if (known !== undefined) return known;
    const client = await find(clientId);
    if (metadata && client !== undefined) made.set(metadata, client);
    return client;
  };
}
