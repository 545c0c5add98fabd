import type { ApplicationSeed } from '../../identity/applications/application-seed.ts';
import { hasOtherAudience, otherWithAudience } from '../../identity/applications/saml/taken-audiences.ts';
import type { Application } from '../../identity/documents/application.ts';
import type { IdentityStore } from '../../identity/store/identity-store.ts';
import { readWholeIndex } from '../../identity/store/read-whole-index.ts';
import { refuse } from '../connectors/given-connector.ts';

/**
 * Only looked at before the application is saved, as resources are.
 * @throws {ServiceError} ValidationError if another application of the account has this entity id or audience.
 */
export async function requireOwnAudience(
  store: Pick<IdentityStore, 'applications'>,
  seed: ApplicationSeed,
  found?: Application,
): Promise<void> {
  if (seed.settings.protocol !== 'SAML' || !hasOtherAudience(seed, found)) return;
  // The entity id of another one is refused by the store, with an error of its own.
  const { audience } = seed.settings;
  const other = otherWithAudience(await readWholeIndex(store.applications, 'key', [seed.accountId]), seed);
  if (other === undefined || (audience === undefined && other.entityId === seed.entityId)) return;
  refuse([
    `Saml.${audience === undefined ? 'EntityId' : 'Audience'}: ${audience ?? seed.entityId} is the entity id or audience of the application ${other.applicationId}`,
  ]);
}
