import { ServiceError } from '../../kernel/service-error.ts';
import { actionOf } from '../../operations/action-of.ts';
import type { RolecallDependencies } from '../rolecall-dependencies.ts';
import { declaredOperation, declareOperation } from '../shapes/declare-operation.ts';
import { shape } from '../shapes/shape.ts';
import { CONNECTOR, CONNECTOR_ERRORS, CONNECTOR_NAME, connectorArn, shownConnector } from './shown-connector.ts';

/** Shows one connector of the caller's account. */
export const GetConnector = declareOperation({
  name: 'GetConnector',
  documentation:
    'Returns a connector, without its secret. The permission is checked on `arn:aws:rolecall::<account>:connector/<name>`.',
  readOnly: true,
  input: { Name: shape.required(CONNECTOR_NAME, 'The name of the connector.') },
  output: { Connector: shape.required(CONNECTOR, 'The connector.') },
  errors: [CONNECTOR_ERRORS.NoSuchConnector],
});

export function getConnectorOperation({ store, server }: RolecallDependencies) {
  return declaredOperation(GetConnector, {
    async authorize({ Name }, { caller: { accountId } }) {
      const resource = connectorArn(accountId, Name);
      const target = { action: actionOf(GetConnector.schema), resource, resourceAccountId: accountId };
      return { targets: [target], subject: undefined };
    },
    async handle({ Name }, { caller: { accountId } }) {
      const connector = await store.connectors.get([accountId, Name]);
      if (connector === undefined) {
        throw new ServiceError(CONNECTOR_ERRORS.NoSuchConnector, `There is no connector with the name ${Name}.`);
      }
      return { Connector: shownConnector(connector, server.PublicUrl) };
    },
  });
}
