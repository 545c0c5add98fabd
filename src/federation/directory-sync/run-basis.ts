import { createHash } from 'node:crypto';
import type { Connector } from '../../identity/documents/connector.ts';
import type { DirectoryConnector, ListMark } from '../connectors/directory-connector.ts';
import type { SyncState } from './report-store.ts';

/** What a run asks the directory for: what has changed since a mark, or everybody and why. */
export type RunBasis = { readonly since: ListMark } | { readonly fullBecause: string };

interface BasisCall {
  readonly connector: Connector;
  readonly directory: Pick<DirectoryConnector, 'fullSyncIntervalMs'>;
  readonly order: { readonly isFull?: boolean };
  readonly now: number;
}

/** Decides what a run asks for. A full one is always right, so any doubt leads to it. */
export function runBasis(state: SyncState | undefined, { connector, directory, order, now }: BasisCall): RunBasis {
  if (order.isFull) return { fullBecause: 'it was asked for' };
  const { incremental } = state ?? {};
  if (incremental === undefined) return { fullBecause: 'no complete run has left a mark' };
  if (incremental.settings !== settingsDigest(connector)) return { fullBecause: 'the connector was changed' };
  const age = now - incremental.fullAt;
  // A clock that was set back must not postpone it.
  if (age < 0 || age >= directory.fullSyncIntervalMs) return { fullBecause: 'it was due' };
  return { since: incremental.mark };
}

/** Another text for any change of a connector that may change whom a sync disables, or what it gives them. */
export function settingsDigest({ connectorId, settings, rules, domains }: Connector): string {
  const { sealedSecret: _secret, ...others } = settings as typeof settings & { readonly sealedSecret?: string };
  return createHash('sha256')
    .update(JSON.stringify([connectorId, others, rules, domains]))
    .digest('base64url');
}
