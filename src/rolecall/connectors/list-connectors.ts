import { pageOf } from '../../identity/rules/paging.ts';
import { readWholeIndex } from '../../identity/store/read-whole-index.ts';
import type { RolecallDependencies } from '../rolecall-dependencies.ts';
import { declaredOperation, declareOperation } from '../shapes/declare-operation.ts';
import { shape } from '../shapes/shape.ts';
import { CONNECTOR } from './connector-shapes.ts';
import { connectorTarget, shownConnector } from './shown-connector.ts';

/** Lists the connectors of the caller's account, by name. */
export const ListConnectors = declareOperation({
  name: 'ListConnectors',
  documentation:
    'Lists the connectors of the account, without their secrets. The permission is checked on `arn:aws:rolecall::<account>:connector/*`.',
  readOnly: true,
  input: shape.pageRequest,
  output: {
    Connectors: shape.required(shape.list('ConnectorList', CONNECTOR), 'The connectors, by name.'),
    ...shape.pageResponse,
  },
  pageOf: 'Connectors',
});

export function listConnectorsOperation({ store, server }: RolecallDependencies) {
  return declaredOperation(ListConnectors, {
    async authorize(_input, { caller: { accountId } }) {
      return { targets: [connectorTarget(ListConnectors, accountId, '*')], subject: undefined };
    },
    async handle({ NextToken, MaxResults }, { caller: { accountId } }) {
      const { items, marker } = pageOf(await readWholeIndex(store.connectors, 'key', [accountId]), {
        list: 'ListConnectors',
        positionOf: ({ name }) => name,
        request: { marker: NextToken, maxItems: MaxResults },
      });
      return {
        Connectors: items.map((connector) => shownConnector(connector, server.PublicUrl)),
        ...(marker !== undefined && { NextToken: marker }),
      };
    },
  });
}
