import { ServiceError } from '../../kernel/service-error.ts';
import { CONNECTOR_ERRORS, noSuchConnector } from '../connectors/connector-errors.ts';
import { CONNECTOR_NAME } from '../connectors/connector-shapes.ts';
import { namedConnectorTarget } from '../connectors/shown-connector.ts';
import type { RolecallDependencies } from '../rolecall-dependencies.ts';
import { declaredOperation, declareOperation } from '../shapes/declare-operation.ts';
import { shape } from '../shapes/shape.ts';
import { beginSync } from './begin-sync.ts';
import { SYNC_ERRORS } from './sync-shapes.ts';

/** Begins a sync of a directory's people. */
export const StartSync = declareOperation({
  name: 'StartSync',
  documentation:
    'Begins to sync the users of a connector with its directory: users who are gone or disabled there, or do not meet the condition of the connector any more, are disabled, those whom a sync had disabled are enabled again once they are back, and groups, names and addresses are updated. Nobody is created or deleted. Returns at once; `GetSync` says how it goes. A run that would disable more than 20 people, or more than a tenth, is refused unless `MayDisable` allows that many. The permission is checked on `arn:aws:rolecall::<account>:connector/<name>`.',
  readOnly: false,
  input: {
    Name: shape.required(CONNECTOR_NAME, 'The name of the connector.'),
    DryRun: shape.optional(shape.boolean('DryRun'), 'Whether to change nothing, and only show what would change.'),
    Full: shape.optional(
      shape.boolean('FullSync'),
      'Whether to read the entries of all people, even if the directory can tell which have changed since the last complete sync.',
    ),
    MayDisable: shape.optional(
      shape.integer('MayDisable', { range: [0, 1_000_000] }),
      'How many people this run may disable.',
    ),
  },
  output: {},
  errors: [CONNECTOR_ERRORS.NoSuchConnector, SYNC_ERRORS.InProgress],
});

export function startSyncOperation({ store, syncs }: Pick<RolecallDependencies, 'store' | 'syncs'>) {
  return declaredOperation(StartSync, {
    async authorize({ Name }, { caller: { accountId } }) {
      const target = await namedConnectorTarget(store, StartSync, { accountId, name: Name });
      return { targets: [target], subject: undefined };
    },
    async handle({ Name, DryRun, Full, MayDisable }, { caller: { accountId } }) {
      const connector = await store.connectors.get([accountId, Name]);
      if (connector === undefined) throw noSuchConnector(Name);
      const refusal = await beginSync(syncs, connector, {
        isDryRun: DryRun ?? false,
        mayDisable: MayDisable,
        isFull: Full ?? false,
        restarts: true,
      });
      if (refusal?.isRunning) throw new ServiceError(SYNC_ERRORS.InProgress, refusal.reason);
      if (refusal !== undefined) {
        throw new ServiceError('ValidationError', `1 validation error detected: Name: ${refusal.reason}`);
      }
      return {};
    },
  });
}
