import { errorTable, ServiceError } from '../../kernel/service-error.ts';
import type { DeclaredError } from '../shapes/declare-operation.ts';

const ROWS = errorTable({
  NoSuchConnectorException: { status: 404, recorded: true },
  ConnectorExistsException: { status: 409, recorded: true },
  ConnectorFromFileException: { status: 409, recorded: true },
  ConnectorUnusableException: { status: 400, recorded: true },
  ConcurrentModificationException: { status: 409, recorded: true },
  LimitExceededException: { status: 409, recorded: true },
});

/** The errors of the operations on connectors. */
export const CONNECTOR_ERRORS = {
  NoSuchConnector: { ...ROWS.NoSuchConnectorException, documentation: 'The account has no connector of this name.' },
  ConnectorExists: {
    ...ROWS.ConnectorExistsException,
    documentation: 'The name is taken, perhaps in another account: it is part of the redirect URI. Choose another one.',
  },
  FromFile: {
    ...ROWS.ConnectorFromFileException,
    documentation: 'The connector comes from the configuration file, and can only be changed there.',
  },
  Unusable: {
    ...ROWS.ConnectorUnusableException,
    documentation:
      'The provider cannot be used. The message says what was tried and what came back. Nothing was saved.',
  },
  ConcurrentModification: {
    ...ROWS.ConcurrentModificationException,
    documentation: 'Somebody else changed the resource at the same time. Look at it, and try again.',
  },
  LimitExceeded: { ...ROWS.LimitExceededException, documentation: 'A quota is used up; the message names it.' },
} as const satisfies Record<string, DeclaredError>;

/** The errors of operations that change a connector. */
export const CHANGE_ERRORS = [
  CONNECTOR_ERRORS.NoSuchConnector,
  CONNECTOR_ERRORS.FromFile,
  CONNECTOR_ERRORS.ConcurrentModification,
];

export function noSuchConnector(name: string): ServiceError {
  return new ServiceError(CONNECTOR_ERRORS.NoSuchConnector, `There is no connector with the name ${name}.`);
}

export function connectorFromFile(name: string): ServiceError {
  return new ServiceError(
    CONNECTOR_ERRORS.FromFile,
    `The connector ${name} comes from the configuration file. Change federation.connectors there, and restart the server or send it SIGHUP.`,
  );
}

export function connectorChanged(name: string): ServiceError {
  return new ServiceError(
    CONNECTOR_ERRORS.ConcurrentModification,
    `The connector ${name} was changed at the same time. Nothing was saved: look at it, and try again.`,
  );
}
