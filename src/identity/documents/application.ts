import * as z from 'zod';
import type { CollectionDeclaration } from '../../ports/collections.ts';
import { oidcApplicationShape } from './applications/oidc-application.ts';
import { registrationShape } from './applications/registration.ts';
import { samlApplicationShape } from './applications/saml-application.ts';
import { tagShape } from './entity.ts';

/** Something that people sign in to here, or a machine that requests tokens for itself. */
export const applicationShape = z.object({
  accountId: z.string(),
  /** The `client_id` of an OIDC application. Unique over all accounts. Ids that the API generates are never given again. */
  applicationId: z.string(),
  /** What people see. */
  displayName: z.string(),
  /** A `data:` URL. */
  icon: z.string().optional(),
  /** Where people start: a link of the start page. For OIDC, the protocol has its own (`initiate_login_uri`). */
  startUrl: z.string().optional(),
  /** Whose users may sign in: those of its own account, of every account, or those that are assigned. */
  openTo: z.enum(['account', 'everyone', 'assigned']),
  /** Unique ids of users and groups of its own account; only asked if it is open to those. A later user of the same name has another id. */
  assignments: z.object({ users: z.array(z.string()), groups: z.array(z.string()) }),
  settings: z.discriminatedUnion('protocol', [oidcApplicationShape, samlApplicationShape]),
  /** The entity id of a SAML application; absent for OIDC. */
  entityId: z.string().optional(),
  /** What manages its settings: for `registration`, the application itself. Assignments and tags are changed by the API alone. */
  origin: z.enum(['file', 'api', 'registration']),
  /** Present if it registered itself, and no administrator has taken it over. */
  registration: registrationShape.optional(),
  tags: z.array(tagShape).optional(),
  createdAt: z.number(),
  /** Identifies the version: each change makes it greater. */
  updatedAt: z.number(),
  /** When it was disabled, or left the configuration file; from then on, it does not exist for its people. Ms since the epoch. */
  disabledAt: z.number().optional(),
  /** Whatever was issued to it until then is no longer valid. Ms since the epoch. */
  endedAt: z.number().optional(),
});
export type Application = z.infer<typeof applicationShape>;
export type ApplicationSettings = Application['settings'];
export type Protocol = ApplicationSettings['protocol'];

export const applications: CollectionDeclaration<Application> = {
  name: 'applications',
  shape: applicationShape,
  key: ['accountId', 'applicationId'],
  unique: { byApplicationId: ['applicationId'], byEntityId: ['accountId', 'entityId'] },
  indexes: { byOpenTo: ['openTo', 'accountId'] },
};

/**
 * The applications that registered themselves. Apart from the others, so that strangers who register many use up no quota of administrators,
 * and slow down nothing that reads all applications. An id is in one of the two collections.
 */
export const registeredApplications: CollectionDeclaration<Application> = {
  name: 'registeredApplications',
  shape: applicationShape,
  key: ['accountId', 'applicationId'],
  unique: { byApplicationId: ['applicationId'], byManagementToken: ['registration.managementHash'] },
  indexes: { byLastUse: ['registration.isUsed', 'registration.lastUsedAt'], byVia: ['registration.via'] },
  counted: { byVia: 1 },
};
