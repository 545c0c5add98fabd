import type Provider from 'oidc-provider';
import type { Grant } from 'oidc-provider';
import { isGone } from './kept-records.ts';

interface Granting {
  /** The grant so far. */
  readonly known: Grant | undefined;
  readonly accountId: string;
  readonly clientId: string;
  /** Adds what the person has just allowed. */
  readonly add: (grant: Grant) => void;
}

/**
 * Adds to a grant, or makes a new one. If the person revokes the known one at this moment, what they have just allowed becomes a grant of its
 * own, without anything of the revoked one.
 */
export async function extendGrant(provider: Provider, { known, add, ...owner }: Granting): Promise<Grant> {
  const save = async (grant: Grant): Promise<Grant> => {
    add(grant);
    await grant.save();
    return grant;
  };
  if (known === undefined) return await save(new provider.Grant(owner));
  try {
    return await save(known);
  } catch (error) {
    if (!isGone(error)) throw error;
    return await save(new provider.Grant(owner));
  }
}
