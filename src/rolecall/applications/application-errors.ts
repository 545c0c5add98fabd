import { errorTable, ServiceError } from '../../kernel/service-error.ts';
import { CONNECTOR_ERRORS } from '../connectors/connector-errors.ts';
import type { DeclaredError } from '../shapes/declare-operation.ts';

const ROWS = errorTable({
  NoSuchApplicationException: { status: 404, recorded: true },
  ApplicationExistsException: { status: 409, recorded: true },
  ApplicationFromFileException: { status: 409, recorded: true },
  NoSuchGroupException: { status: 404, recorded: true },
  SelfRegisteredApplicationException: { status: 409, recorded: true },
});

/** The errors of the operations on applications. */
export const APPLICATION_ERRORS = {
  NoSuchApplication: {
    ...ROWS.NoSuchApplicationException,
    documentation: 'The account has no application with this id.',
  },
  ApplicationExists: {
    ...ROWS.ApplicationExistsException,
    documentation: 'The account has an application with this entity id already.',
  },
  FromFile: {
    ...ROWS.ApplicationFromFileException,
    documentation: 'The application comes from the configuration file, and can only be changed there.',
  },
  NoSuchGroup: { ...ROWS.NoSuchGroupException, documentation: 'The account has no group of this name.' },
  SelfRegistered: {
    ...ROWS.SelfRegisteredApplicationException,
    documentation:
      'The application registered itself, and can only be disabled, enabled, deleted or taken over (`AdoptApplication`).',
  },
  ConcurrentModification: CONNECTOR_ERRORS.ConcurrentModification,
  LimitExceeded: CONNECTOR_ERRORS.LimitExceeded,
} as const satisfies Record<string, DeclaredError>;

/** The errors of operations that change the settings of an application. */
export const CHANGE_ERRORS = [
  APPLICATION_ERRORS.NoSuchApplication,
  APPLICATION_ERRORS.FromFile,
  APPLICATION_ERRORS.SelfRegistered,
  APPLICATION_ERRORS.ConcurrentModification,
];

export function noSuchApplication(id: string): ServiceError {
  return new ServiceError(APPLICATION_ERRORS.NoSuchApplication, `There is no application with the id ${id}.`);
}

export function applicationFromFile(id: string, section: string): ServiceError {
  return new ServiceError(
    APPLICATION_ERRORS.FromFile,
    `The application ${id} comes from the configuration file. Change ${section} there, and restart the server or send it SIGHUP.`,
  );
}

export function selfRegistered(id: string): ServiceError {
  return new ServiceError(
    APPLICATION_ERRORS.SelfRegistered,
    `The application ${id} registered itself. Take it over first (AdoptApplication), or disable or delete it.`,
  );
}

export function applicationChanged(id: string): ServiceError {
  return new ServiceError(
    APPLICATION_ERRORS.ConcurrentModification,
    `The application ${id} was changed at the same time. Nothing was saved: look at it, and try again.`,
  );
}

export function entityIdTaken(): ServiceError {
  return new ServiceError(
    APPLICATION_ERRORS.ApplicationExists,
    'The account has an application with this entity id already.',
  );
}

export function beyondQuota(quota: string, limit: number): ServiceError {
  return new ServiceError(APPLICATION_ERRORS.LimitExceeded, `Cannot exceed quota for ${quota}: ${limit}`);
}
