import type { Application } from '../../identity/documents/application.ts';
import type { SamlApplicationSettings } from '../../identity/documents/applications/saml-application.ts';
import type { Collection } from '../../ports/collections.ts';

/** An application that takes SAML assertions. */
export interface SamlApplication extends Omit<Application, 'settings' | 'entityId'> {
  readonly entityId: string;
  readonly settings: SamlApplicationSettings;
}

/** The SAML applications that exist for their people: those that are not disabled. */
export interface SamlApplications {
  byEntityId(accountId: string, entityId: string): Promise<SamlApplication | undefined>;
  byId(accountId: string, applicationId: string): Promise<SamlApplication | undefined>;
}

export function openSamlApplications(collection: Pick<Collection<Application>, 'get' | 'find'>): SamlApplications {
  return {
    async byEntityId(accountId, entityId) {
      const { items } = await collection.find('byEntityId', [accountId, entityId], { limit: 1 });
      return samlApplicationOf(items[0]);
    },
    byId: async (accountId, applicationId) => samlApplicationOf(await collection.get([accountId, applicationId])),
  };
}

function samlApplicationOf(application: Application | undefined): SamlApplication | undefined {
  if (application === undefined || application.disabledAt !== undefined) return undefined;
  const { settings, entityId } = application;
  if (settings.protocol !== 'SAML' || entityId === undefined) return undefined;
  return { ...application, entityId, settings };
}
