import type { Application } from '../../documents/application.ts';
import type { SamlApplicationSettings } from '../../documents/applications/saml-application.ts';

type Named = Pick<Application, 'applicationId' | 'entityId'> & {
  readonly settings: Pick<SamlApplicationSettings, 'protocol' | 'audience'> | { readonly protocol: 'OIDC' };
};

const audienceOf = ({ settings, entityId }: Pick<Named, 'settings' | 'entityId'>): string | undefined =>
  settings.protocol === 'SAML' ? (settings.audience ?? entityId) : undefined;

/**
 * The application whose assertions another one would get, by having its entity id or audience as its own audience. An account signs all
 * assertions with the same keys: a caller who may change one application could write assertions for a service that only another one is for.
 */
export function otherWithAudience<Other extends Named>(known: readonly Other[], seed: Named): Other | undefined {
  const audience = audienceOf(seed);
  if (audience === undefined) return undefined;
  return known.find(
    (each) =>
      each.applicationId !== seed.applicationId && (each.entityId === audience || audienceOf(each) === audience),
  );
}

/** Whether an application gets assertions for another audience than before. */
export function hasOtherAudience(seed: Named, found: Application | undefined): boolean {
  return found === undefined || audienceOf(seed) !== audienceOf(found);
}
