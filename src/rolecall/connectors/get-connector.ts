import type { RolecallDependencies } from '../rolecall-dependencies.ts';
import { declaredOperation, declareOperation } from '../shapes/declare-operation.ts';
import { shape } from '../shapes/shape.ts';
import { CONNECTOR_ERRORS, noSuchConnector } from './connector-errors.ts';
import { CONNECTOR, CONNECTOR_NAME } from './connector-shapes.ts';
import { namedConnectorTarget, shownConnector } from './shown-connector.ts';

/** Shows one connector of the caller's account. */
export const GetConnector = declareOperation({
  name: 'GetConnector',
  documentation:
    'Returns a connector, without its secret, and with the last outcomes of sign-ins through it. The permission is checked on `arn:aws:rolecall::<account>:connector/<name>`.',
  readOnly: true,
  input: { Name: shape.required(CONNECTOR_NAME, 'The name of the connector.') },
  output: { Connector: shape.required(CONNECTOR, 'The connector.') },
  errors: [CONNECTOR_ERRORS.NoSuchConnector],
});

export function getConnectorOperation({ store, server, connectors }: RolecallDependencies) {
  return declaredOperation(GetConnector, {
    async authorize({ Name }, { caller: { accountId } }) {
      return {
        targets: [await namedConnectorTarget(store, GetConnector, { accountId, name: Name })],
        subject: undefined,
      };
    },
    async handle({ Name }, { caller: { accountId } }) {
      const connector = await store.connectors.get([accountId, Name]);
      if (connector === undefined) throw noSuchConnector(Name);
      const { signedInAt, failure } = await connectors.outcomes.last(connector.connectorId);
      return {
        Connector: {
          ...shownConnector(connector, server.PublicUrl),
          ...(signedInAt !== undefined && { LastSignInAt: new Date(signedInAt) }),
          ...(failure !== undefined && {
            LastFailure: { At: new Date(failure.at), Check: failure.check, Reference: failure.reference },
          }),
        },
      };
    },
  });
}
