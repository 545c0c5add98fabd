import { DuplicateKeyError } from '../../ports/collections.ts';
import { type Connector, isManagedByApi } from '../documents/connector.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { readWholeIndex } from '../store/read-whole-index.ts';
import { type ConnectorSeed, connectorOf, connectorSecret, type SealConnectorDependencies } from './connector-seed.ts';
import { takenDomains } from './taken-domains.ts';

/** How many connectors an account may have. Those of the configuration file count, but are never refused. */
export const CONNECTORS_PER_ACCOUNT = 100;

export interface EditConnectorsDependencies extends SealConnectorDependencies {
  readonly store: Pick<IdentityStore, 'connectors'>;
}

/** Changes the connectors that the API manages. */
export interface ConnectorEditor {
  /** The secret of a connector, to be kept by a change. Never shown. */
  secretOf(connector: Connector): string | undefined;
  /** What other connectors stand in the way of. The number per account is only counted, so concurrent creations may exceed it. */
  conflictsOf(seed: ConnectorSeed): Promise<ConnectorConflicts>;
  /** @returns `undefined` if the name is taken, in any account. */
  create(seed: ConnectorSeed): Promise<Connector | undefined>;
  /** @returns `undefined` if the connector is no longer as `old`. */
  replace(old: Connector, seed: ConnectorSeed): Promise<Connector | undefined>;
  /** Its users and their links stay. @returns `false` if the connector is no longer as `old`. */
  remove(old: Connector): Promise<boolean>;
}

export interface ConnectorConflicts {
  readonly isNameTaken: boolean;
  readonly isBeyondQuota: boolean;
  /** Domains that belong to others. */
  readonly problems: readonly string[];
}

/** Stops a write, because the document is not what was decided about. */
class Changed extends Error {}

export function openConnectorEditor(deps: EditConnectorsDependencies): ConnectorEditor {
  const { store, sealer } = deps;
  return {
    secretOf: (connector) => connectorSecret(sealer, connector),

    async conflictsOf(seed) {
      const known = await readWholeIndex(store.connectors, 'byName', []);
      const ofAccount = known.filter(({ accountId }) => accountId === seed.accountId);
      return {
        isNameTaken: known.some(({ name }) => name === seed.name),
        isBeyondQuota: ofAccount.length >= CONNECTORS_PER_ACCOUNT,
        problems: takenDomains(known, seed),
      };
    },

    async create(seed) {
      const connector = connectorOf(deps, seed, { old: undefined, origin: 'api' });
      try {
        await store.connectors.insert(connector);
        return connector;
      } catch (error) {
        if (error instanceof DuplicateKeyError) return undefined;
        throw error;
      }
    },

    async replace(old, seed) {
      const connector = connectorOf(deps, seed, { old, origin: 'api' });
      return await unlessChanged(() =>
        store.connectors.update([old.accountId, old.name], (current) => {
          requireSame(current, old);
          return connector;
        }),
      );
    },

    async remove(old) {
      const allow = (current: Connector): void => requireSame(current, old);
      return (await unlessChanged(() => store.connectors.remove([old.accountId, old.name], allow))) !== undefined;
    },
  };
}

function requireSame(current: Connector, old: Connector): void {
  const isSame =
    current.connectorId === old.connectorId &&
    current.updatedAt === old.updatedAt &&
    current.disabledAt === old.disabledAt &&
    isManagedByApi(current) === isManagedByApi(old);
  if (!isSame) throw new Changed();
}

async function unlessChanged<Result>(write: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await write();
  } catch (error) {
    if (error instanceof Changed) return undefined;
    throw error;
  }
}
