import { DuplicateKeyError } from '../../ports/collections.ts';
import { type Connector, isManagedByApi } from '../documents/connector.ts';
import type { Tag } from '../documents/entity.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { readWholeIndex } from '../store/read-whole-index.ts';
import {
  type ConnectorSeed,
  connectorOf,
  connectorSecret,
  type SealConnectorDependencies,
  withSecret,
  withTagsOf,
} from './connector-seed.ts';
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
  create(seed: ConnectorSeed, tags?: readonly Tag[]): Promise<Connector | undefined>;
  /** @returns `undefined` if the connector is no longer as `old`. */
  replace(old: Connector, seed: ConnectorSeed): Promise<Connector | undefined>;
  /**
   * Replaces the secret alone, whatever manages the connector.
   * @returns `undefined` if the connector is no longer as `old`.
   */
  replaceSecret(old: Connector, secret: string): Promise<Connector | undefined>;
  /**
   * Changes the tags, whatever manages the connector.
   * @returns `false` if the connector is gone, or another one has its name.
   * @throws {ServiceError} LimitExceeded.
   */
  retag(connector: Connector, change: (tags: readonly Tag[]) => readonly Tag[]): Promise<boolean>;
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

    async create(seed, tags = []) {
      const created = await connectorOf(deps, seed, { old: undefined, origin: 'api' });
      const connector = tags.length === 0 ? created : { ...created, tags: [...tags] };
      try {
        await store.connectors.insert(connector);
        return connector;
      } catch (error) {
        if (error instanceof DuplicateKeyError) return undefined;
        throw error;
      }
    },

    async replace(old, seed) {
      const connector = await connectorOf(deps, seed, { old, origin: 'api' });
      return await unlessChanged(() =>
        store.connectors.update([old.accountId, old.name], (current) => {
          requireSame(current, old);
          return withTagsOf(connector, current);
        }),
      );
    },

    async replaceSecret(old, secret) {
      const now = deps.clock.now();
      return await unlessChanged(() =>
        store.connectors.update([old.accountId, old.name], (current) => {
          requireSame(current, old);
          return { ...withSecret(deps, current, secret), updatedAt: Math.max(now, current.updatedAt + 1) };
        }),
      );
    },

    async retag({ accountId, name, createdAt }, change) {
      const written = await unlessChanged(() =>
        store.connectors.update([accountId, name], (current) => {
          if (current.createdAt !== createdAt) throw new Changed();
          return { ...current, tags: [...change(current.tags ?? [])] };
        }),
      );
      return written !== undefined;
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
