import type { Clock } from '../../../kernel/clock.ts';
import { hashedId } from '../../../keys/hashed-id.ts';
import type { Application } from '../../documents/application.ts';
import type { Registration } from '../../documents/applications/registration.ts';
import type { IdentityStore } from '../../store/identity-store.ts';
import { nextVersion } from '../application-seed.ts';

/** How old the stored time of the last use may become, in ms: it is not written at each use. */
const USE_STEP_MS = 12 * 3_600_000;

type Store = Pick<IdentityStore, 'registeredApplications'>;
/** An application that registered itself. */
export type RegisteredApplication = Application & { readonly registration: Registration };

/** Stops a write, because the registration is not what was decided about. */
class Changed extends Error {}

function requireRegistration(application: Application | undefined): RegisteredApplication | undefined {
  const registration = application?.registration;
  return application === undefined || registration === undefined ? undefined : { ...application, registration };
}

/** Changes a registration, unless it is gone or `change` throws. @returns `undefined` then. */
async function changed(
  { registeredApplications }: Store,
  applicationId: string,
  change: (old: RegisteredApplication) => Application,
): Promise<RegisteredApplication | undefined> {
  const [found] = (await registeredApplications.find('byApplicationId', [applicationId], { limit: 1 })).items;
  if (found === undefined) return undefined;
  try {
    const written = await registeredApplications.update([found.accountId, applicationId], (old) => {
      const registered = requireRegistration(old);
      if (registered === undefined) throw new Changed();
      return change(registered);
    });
    return requireRegistration(written);
  } catch (error) {
    if (error instanceof Changed) return undefined;
    throw error;
  }
}

/** The application that a registration access token (RFC 7592) belongs to; `undefined` if it belongs to none, or that one is disabled. */
export async function findByManagementToken(store: Store, token: string): Promise<RegisteredApplication | undefined> {
  const [found] = (await store.registeredApplications.find('byManagementToken', [hashedId(token)], { limit: 1 })).items;
  return found?.disabledAt === undefined ? requireRegistration(found) : undefined;
}

/** Gives a registration its token, which replaces the one before it. @returns `undefined` if the registration is gone. */
export function setManagementToken(
  store: Store,
  applicationId: string,
  token: string,
): Promise<RegisteredApplication | undefined> {
  const managementHash = hashedId(token);
  return changed(store, applicationId, (old) => ({
    ...old,
    registration: { ...old.registration, managementHash },
  }));
}

/** Revokes a registration access token. Does nothing if it is not valid. */
export async function revokeManagementToken(store: Store, token: string): Promise<void> {
  const found = await findByManagementToken(store, token);
  if (found === undefined) return;
  await changed(store, found.applicationId, (old) => {
    const { managementHash, ...registration } = old.registration;
    if (managementHash !== hashedId(token)) throw new Changed();
    return { ...old, registration };
  });
}

/**
 * Replaces the settings of a registration, on behalf of a registration access token.
 * @returns `undefined` if the token was replaced or revoked meanwhile, or the registration is gone.
 */
export function changeRegistration(
  { store, clock }: { readonly store: Store; readonly clock: Clock },
  { applicationId, token }: { readonly applicationId: string; readonly token: string },
  settings: Pick<Application, 'displayName' | 'settings'>,
): Promise<RegisteredApplication | undefined> {
  return changed(store, applicationId, (old) => {
    if (old.registration.managementHash !== hashedId(token) || old.disabledAt !== undefined) throw new Changed();
    return { ...old, ...settings, updatedAt: nextVersion(old, clock) };
  });
}

/** Whether a use at this time has to be stored. */
export function isUseNews({ isUsed, lastUsedAt }: Pick<Registration, 'isUsed' | 'lastUsedAt'>, now: number): boolean {
  return !isUsed || now - lastUsedAt >= USE_STEP_MS;
}

/** Stores that an application got tokens for a person, which keeps it from being removed as unused. */
export async function storeUse(store: Store, applicationId: string, now: number): Promise<void> {
  await changed(store, applicationId, (old) => {
    if (!isUseNews(old.registration, now)) throw new Changed();
    return { ...old, registration: { ...old.registration, isUsed: true, lastUsedAt: now } };
  });
}
