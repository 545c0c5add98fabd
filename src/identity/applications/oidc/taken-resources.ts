import type { Application } from '../../documents/application.ts';

type Listing = Pick<Application, 'accountId' | 'origin' | 'settings' | 'disabledAt'>;

/**
 * Those of some resources that an application of another account lists. All accounts have one issuer, so services cannot tell which of them
 * had a token made: a service belongs to the account that lists it first, and the configuration file may list any.
 */
export function takenResources(
  known: readonly Listing[],
  { accountId, resources }: { readonly accountId: string; readonly resources: readonly string[] },
): readonly string[] {
  const taken = new Set(
    known
      .filter((each) => each.accountId !== accountId && !hasLeftFile(each))
      .flatMap(({ settings }) => (settings.protocol === 'OIDC' ? settings.resources : []))
      .map(({ resource }) => comparable(resource)),
  );
  return resources.filter((resource) => taken.has(comparable(resource)));
}

/** Whether a resource is at the address of this server itself. */
export function isOwnResource(resource: string, publicUrl: string): boolean {
  return URL.parse(resource)?.origin === new URL(publicUrl).origin;
}

/** One that the API disabled keeps its resources: enabling it again does not ask for them. */
function hasLeftFile({ origin, disabledAt }: Listing): boolean {
  return origin === 'file' && disabledAt !== undefined;
}

/** Services that compare addresses, and not texts, take these for the same. */
function comparable(resource: string): string {
  return (URL.parse(resource)?.href ?? resource).replace(/\/+$/, '');
}
