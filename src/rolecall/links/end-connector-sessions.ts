import { endConnectorLogins } from '../../identity/links/end-connector-logins.ts';
import { CONNECTOR_ERRORS, noSuchConnector } from '../connectors/connector-errors.ts';
import { CONNECTOR_NAME } from '../connectors/connector-shapes.ts';
import { namedConnectorTarget } from '../connectors/shown-connector.ts';
import type { RolecallDependencies } from '../rolecall-dependencies.ts';
import { declaredOperation, declareOperation } from '../shapes/declare-operation.ts';
import { shape } from '../shapes/shape.ts';
import { SUBJECT } from './link-shapes.ts';

/** Ends the sign-ins of a connector's own people. */
export const EndConnectorSessions = declareOperation({
  name: 'EndConnectorSessions',
  documentation:
    'Ends the sign-ins that came through a connector: of one person, or of everyone. Their browser sessions, tokens and role sessions end, on every process within a second. Nobody is disabled: people may sign in again. Sign-ins of the same users by password or through other connectors go on. The permission is checked on `arn:aws:rolecall::<account>:connector/<name>`.',
  readOnly: false,
  input: {
    Name: shape.required(CONNECTOR_NAME, 'The name of the connector.'),
    Subject: shape.optional(SUBJECT, 'The person, as `ListLinks` names them. Absent: everyone.'),
  },
  output: { EndedUsers: shape.required(shape.integer('EndedUsers'), 'How many users had a login through it.') },
  errors: [CONNECTOR_ERRORS.NoSuchConnector],
});

export function endConnectorSessionsOperation({ store, clock }: RolecallDependencies) {
  return declaredOperation(EndConnectorSessions, {
    async authorize({ Name }, { caller: { accountId } }) {
      const target = await namedConnectorTarget(store, EndConnectorSessions, { accountId, name: Name });
      return { targets: [target], subject: undefined };
    },
    async handle({ Name, Subject }, { caller: { accountId } }) {
      const connector = await store.connectors.get([accountId, Name]);
      if (connector === undefined) throw noSuchConnector(Name);
      return { EndedUsers: await endConnectorLogins({ store, clock }, connector, Subject) };
    },
  });
}
