import type Provider from 'oidc-provider';
import type { IdentityStore } from '../../identity/store/identity-store.ts';
import { clientRefusal } from '../library/client-metadata.ts';
import type { OidcProviderLibrary } from '../library/load-oidc-provider.ts';
import { OWN_CLIENT_ID } from '../own-client.ts';
import { type ClientSeed, type Clients, clientMetadata } from './open-clients.ts';

/** Some clients are invalid. `problems` lists all errors, each with the client's id. */
export class ClientSettingsError extends Error {
  override readonly name = 'ClientSettingsError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('; '));
    this.problems = problems;
  }
}

/** Adds the client's name to a problem. */
export function clientProblem(clientId: string, message: string): string {
  return `oidc.clients[${clientId}]: ${message}`;
}

/** Problems found in the store: the client's account does not exist, or its id belongs to another account. */
export async function misplacedClients(
  { accounts, ownerOf }: { readonly accounts: IdentityStore['accounts']; readonly ownerOf: Clients['ownerOf'] },
  seeds: readonly ClientSeed[],
): Promise<readonly string[]> {
  const problems = seeds.map(async ({ accountId, clientId }) => {
    if (clientId === OWN_CLIENT_ID) return [clientProblem(clientId, 'this is the name of the server’s own pages')];
    const [account, owner] = await Promise.all([accounts.get([accountId]), ownerOf(clientId)]);
    if (account === undefined) return [clientProblem(clientId, `there is no account ${accountId} (account_id)`)];
    return owner === undefined || owner === accountId
      ? []
      : [
          clientProblem(
            clientId,
            `this client id is taken by another account (${owner}): choose another, or that account_id`,
          ),
        ];
  });
  return (await Promise.all(problems)).flat();
}

/**
 * Constructs each client as oidc-provider does at the first request, so that errors are reported at startup and not to the first person
 * who signs in.
 */
export function refusedClients(
  library: OidcProviderLibrary,
  provider: Provider,
  seeds: readonly ClientSeed[],
): readonly string[] {
  return seeds.flatMap((seed) => {
    const refusal = clientRefusal(library, provider, clientMetadata(seed));
    return refusal === undefined ? [] : [clientProblem(seed.clientId, refusal)];
  });
}
