import type { Application } from '../../identity/documents/application.ts';
import type { IdentityStore } from '../../identity/store/identity-store.ts';
import type { Declared } from '../shapes/declare-operation.ts';
import { applicationFromFile, noSuchApplication, selfRegistered } from './application-errors.ts';
import { applicationTarget } from './shown-application.ts';

/** Finds the application that an operation names, in the caller's account, and determines what must be allowed. */
export async function authorizeNamed(
  store: Pick<IdentityStore, 'applications' | 'registeredApplications'>,
  declared: Pick<Declared, 'schema'>,
  { accountId, id }: { readonly accountId: string; readonly id: string },
) {
  const key = [accountId, id];
  const subject = (await store.applications.get(key)) ?? (await store.registeredApplications.get(key));
  return { targets: [applicationTarget(declared, accountId, { id, found: subject })], subject };
}

/** @throws {ServiceError} NoSuchApplicationException, or SelfRegisteredApplicationException for one that manages itself. */
export function requireFound(found: Application | undefined, id: string): Application {
  if (requireAny(found, id).registration !== undefined) throw selfRegistered(id);
  return requireAny(found, id);
}

/** An application of any origin. @throws {ServiceError} NoSuchApplicationException. */
export function requireAny(found: Application | undefined, id: string): Application {
  if (found === undefined) throw noSuchApplication(id);
  return found;
}

/** @throws {ServiceError} ApplicationFromFileException. */
export function requireOfApi({ applicationId, origin, settings }: Application): void {
  if (origin === 'api') return;
  throw applicationFromFile(applicationId, settings.protocol === 'OIDC' ? 'oidc.clients' : 'saml.applications');
}
