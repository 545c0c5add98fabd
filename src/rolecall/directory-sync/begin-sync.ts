import type { DirectorySyncs } from '../../federation/directory-sync/open-syncs.ts';
import type { SyncOrder } from '../../federation/directory-sync/sync-run.ts';
import { type Connector, takesSignIns } from '../../identity/documents/connector.ts';

/** Why a sync cannot begin. */
export interface SyncRefusal {
  readonly reason: string;
  /** Whether another sync of the connector is running. */
  readonly isRunning: boolean;
}

/** Begins a sync of a connector that takes sign-ins. @returns `undefined` if it has begun. */
export async function beginSync(
  syncs: Pick<DirectorySyncs, 'start'>,
  connector: Connector,
  order: SyncOrder,
): Promise<SyncRefusal | undefined> {
  if (!takesSignIns(connector)) return { reason: 'the connector is disabled', isRunning: false };
  const outcome = await syncs.start(connector, order);
  if (outcome === undefined) {
    return { reason: `a connector of the kind ${connector.settings.kind} has no list of people`, isRunning: false };
  }
  if (outcome.hasStarted) return undefined;
  return { reason: `A sync of ${connector.name} is running. Wait until it has ended.`, isRunning: true };
}
