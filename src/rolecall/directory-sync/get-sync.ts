import { CONNECTOR_ERRORS, noSuchConnector } from '../connectors/connector-errors.ts';
import { CONNECTOR_NAME } from '../connectors/connector-shapes.ts';
import { namedConnectorTarget } from '../connectors/shown-connector.ts';
import type { RolecallDependencies } from '../rolecall-dependencies.ts';
import { declaredOperation, declareOperation } from '../shapes/declare-operation.ts';
import { shape } from '../shapes/shape.ts';
import { SYNC, shownSync } from './sync-shapes.ts';

/** Shows the last sync of a connector. */
export const GetSync = declareOperation({
  name: 'GetSync',
  documentation:
    'Returns the sync of a connector that is running, or the last one of the past 90 days. The permission is checked on `arn:aws:rolecall::<account>:connector/<name>`.',
  readOnly: true,
  input: { Name: shape.required(CONNECTOR_NAME, 'The name of the connector.') },
  output: { Sync: shape.optional(SYNC, 'The sync. Absent if there was none.') },
  errors: [CONNECTOR_ERRORS.NoSuchConnector],
});

export function getSyncOperation({ store, syncs }: Pick<RolecallDependencies, 'store' | 'syncs'>) {
  return declaredOperation(GetSync, {
    async authorize({ Name }, { caller: { accountId } }) {
      const target = await namedConnectorTarget(store, GetSync, { accountId, name: Name });
      return { targets: [target], subject: undefined };
    },
    async handle({ Name }, { caller: { accountId } }) {
      const connector = await store.connectors.get([accountId, Name]);
      if (connector === undefined) throw noSuchConnector(Name);
      const report = await syncs.report(connector);
      return report === undefined ? {} : { Sync: shownSync(report) };
    },
  });
}
