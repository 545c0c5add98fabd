import { isManagedByApi } from '../../identity/documents/connector.ts';
import type { RolecallDependencies } from '../rolecall-dependencies.ts';
import { declaredOperation, declareOperation } from '../shapes/declare-operation.ts';
import { shape } from '../shapes/shape.ts';
import { CHANGE_ERRORS, connectorChanged, connectorFromFile, noSuchConnector } from './connector-errors.ts';
import { CONNECTOR_NAME } from './connector-shapes.ts';
import { namedConnectorTarget } from './shown-connector.ts';

/** Deletes a connector of the caller's account. */
export const DeleteConnector = declareOperation({
  name: 'DeleteConnector',
  documentation:
    'Deletes a connector. Nobody can sign in through it from then on, and sign-ins in progress are refused. Its users stay, with their sessions, keys and groups; to end those, disable the users. A new connector with the same name does not inherit them. Connectors in the configuration file cannot be deleted here; those that left it can. The permission is checked on `arn:aws:rolecall::<account>:connector/<name>`.',
  readOnly: false,
  input: { Name: shape.required(CONNECTOR_NAME, 'The name of the connector.') },
  output: {},
  errors: CHANGE_ERRORS,
});

export function deleteConnectorOperation({ store, connectors }: RolecallDependencies) {
  return declaredOperation(DeleteConnector, {
    async authorize({ Name }, { caller: { accountId } }) {
      const target = await namedConnectorTarget(store, DeleteConnector, { accountId, name: Name });
      return { targets: [target], subject: await store.connectors.get([accountId, Name]) };
    },
    async handle({ Name }, _call, found) {
      if (found === undefined) throw noSuchConnector(Name);
      if (!isManagedByApi(found) && found.disabledAt === undefined) throw connectorFromFile(Name);
      if (!(await connectors.editor.remove(found))) throw connectorChanged(Name);
      return {};
    },
  });
}
