import type { Target } from '../../authorize/target.ts';
import { isOwnResource, takenResources } from '../../identity/applications/oidc/taken-resources.ts';
import type { Application } from '../../identity/documents/application.ts';
import type { OidcApplicationSettings } from '../../identity/documents/applications/oidc-application.ts';
import type { IdentityStore } from '../../identity/store/identity-store.ts';
import { readWholeIndex } from '../../identity/store/read-whole-index.ts';
import { refuse } from '../connectors/given-connector.ts';
import { rolecallArn } from '../rolecall-service.ts';
import type { ChangedSettings } from './application-shapes.ts';
import { accessTokenClaims, shownClaims } from './oidc/claim-members.ts';

/** The resources that an application gets, or gets more scopes of. */
export function addedResources({ Oidc }: Pick<ChangedSettings, 'Oidc'>, found?: Application): readonly string[] {
  const before = found?.settings.protocol === 'OIDC' ? found.settings.resources : [];
  const added = (Oidc?.Resources ?? []).filter(({ Resource, Scopes }) => {
    const listed = before.filter(({ resource }) => resource === Resource);
    return listed.length === 0 || !Scopes.every((scope) => listed.some(({ scopes }) => scopes.includes(scope)));
  });
  return [...new Set(added.map(({ Resource }) => Resource))];
}

/** The resources that need permission: those that are added, or all if their tokens get other claims. */
export function grantedResources({ Oidc }: Pick<ChangedSettings, 'Oidc'>, found?: Application): readonly string[] {
  const settings = found?.settings.protocol === 'OIDC' ? found.settings : undefined;
  if (!hasOtherClaims(Oidc, settings)) return addedResources({ Oidc }, found);
  const after = Oidc?.Resources?.map(({ Resource }) => Resource);
  return [...new Set(after ?? settings?.resources.map(({ resource }) => resource))];
}

/** Services believe what their tokens say, so a caller who adds claims to them must also be allowed to grant access to the service. */
function hasOtherClaims(given: ChangedSettings['Oidc'], settings: OidcApplicationSettings | undefined): boolean {
  if (given?.Claims === undefined) return false;
  return accessTokenClaims(given.Claims) !== accessTokenClaims(shownClaims(settings?.claims ?? []));
}

/**
 * The permissions needed to let an application request tokens for these resources: `rolecall:GrantResource` for each. Without this, whoever
 * may change one application could have tokens signed for any service, with any scope.
 */
export function resourceTargets(accountId: string, resources: readonly string[]): readonly Target[] {
  return resources.map((resource) => ({
    action: 'rolecall:GrantResource',
    resource: rolecallArn(accountId, `resource/${resource}`),
    resourceAccountId: accountId,
  }));
}

/**
 * Only looked at before the application is saved, as the domains of connectors are: two accounts that list a new service in the same instant
 * may both get it.
 * @throws {ServiceError} ValidationError if one of the resources belongs to another account, or is this server.
 */
export async function requireGrantable(
  { store, server }: { readonly store: Pick<IdentityStore, 'applications'>; readonly server: { PublicUrl: string } },
  accountId: string,
  resources: readonly string[],
): Promise<void> {
  if (resources.length === 0) return;
  const known = await readWholeIndex(store.applications, 'byApplicationId', []);
  const own = resources.filter((resource) => isOwnResource(resource, server.PublicUrl));
  const taken = takenResources(known, { accountId, resources });
  refuse([
    ...own.map((resource) => `Oidc.Resources: ${resource} is an address of this server itself`),
    ...taken.map((resource) => `Oidc.Resources: ${resource} is listed by an application of another account`),
  ]);
}
