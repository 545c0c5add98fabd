import { setTimeout } from 'node:timers/promises';
import type { DirectorySyncs } from '../../../federation/directory-sync/open-syncs.ts';
import type { SyncReport } from '../../../federation/directory-sync/sync-report.ts';
import type { Connector } from '../../../identity/documents/connector.ts';
import { systemClock } from '../../../kernel/clock.ts';
import { beginSync } from '../../../rolecall/directory-sync/begin-sync.ts';
import { shownSync } from '../../../rolecall/directory-sync/sync-shapes.ts';
import type { CommandContext } from '../command.ts';
import { recordCommand } from '../record-command.ts';
import type { Report } from '../report.ts';
import { syncProgressText, syncReportText } from './sync-report-text.ts';
import { withSyncs } from './with-syncs.ts';

const LOOK_MS = 100;

/** What the command line asks for. */
export interface SyncRequest {
  readonly connector: string;
  readonly isDryRun: boolean;
  readonly isFull: boolean;
  readonly mayDisable: number | undefined;
  readonly json: boolean;
}

/**
 * Syncs the users of a connector with its directory, and prints a report.
 * @throws {Error} if it is refused or fails, so that scripts notice.
 */
export async function syncDirectory(context: CommandContext, request: SyncRequest): Promise<void> {
  const { isDryRun, isFull, mayDisable, json } = request;
  const ended = await withSyncs(context, async ({ syncs, store, collections }) => {
    const [connector] = (await store.connectors.find('byName', [request.connector], { limit: 1 })).items;
    if (connector === undefined) throw new Error(`there is no connector ${request.connector}`);
    const { name, accountId } = connector;
    const refusal = await beginSync(syncs, connector, { isDryRun, isFull, mayDisable, restarts: false });
    if (refusal !== undefined) throw new Error(refusal.reason);
    await recordCommand(collections, {
      eventName: 'StartSync',
      accountId,
      resources: [name],
      request: { connector: name, isDryRun, isFull, ...(mayDisable !== undefined && { mayDisable }) },
    });
    return await untilEnded(syncs, connector, context.report);
  });
  context.stdout.write(json ? `${JSON.stringify(shownSync(ended), undefined, 2)}\n` : syncReportText(ended));
  if (ended.state !== 'succeeded') throw new Error(`the sync ${ended.state === 'refused' ? 'was refused' : 'failed'}`);
}

async function untilEnded(syncs: DirectorySyncs, connector: Connector, report: Report): Promise<SyncReport> {
  for (;;) {
    const current = await syncs.report(connector);
    // Without a report, the store of reports was emptied while the sync ran.
    if (current === undefined) throw new Error('the report of the sync is gone; look into the audit record');
    if (current.state !== 'running') return current;
    report.progress(() => syncProgressText(current, systemClock.now()));
    await setTimeout(LOOK_MS);
  }
}
