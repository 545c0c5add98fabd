import { ServiceError } from '../../kernel/service-error.ts';
import { type Organization, ROOT_FEATURES, type RootFeature } from '../documents/organizations/organization.ts';
import { IAM_ERRORS } from '../rules/iam-errors.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { organizationOf } from './find-organization.ts';

/** The service that needs trusted access, and whose delegated administrator may use central root access. */
export const IAM_SERVICE = 'iam.amazonaws.com';

/** Whether an account may use central root access: the management account, or a delegated administrator of IAM. */
export function isRootAdministrator({ managementAccountId, delegations }: Organization, accountId: string): boolean {
  return (
    accountId === managementAccountId ||
    delegations.some((each) => each.accountId === accountId && each.servicePrincipal === IAM_SERVICE)
  );
}

/** The features of central root access that are enabled, in a fixed order. None without trusted access for IAM. */
export function rootFeaturesOf({ rootFeatures = [], services }: Organization): readonly RootFeature[] {
  if (!services.some(({ servicePrincipal }) => servicePrincipal === IAM_SERVICE)) return [];
  return ROOT_FEATURES.filter((feature) => rootFeatures.includes(feature));
}

/**
 * The organization of an account that may use central root access.
 * @param mayBeDelegated whether a delegated administrator of IAM may, too.
 * @throws {ServiceError} OrganizationNotFoundException, AccountNotManagementOrDelegatedAdministratorException,
 * CallerIsNotManagementAccountException, OrganizationNotInAllFeaturesModeException, ServiceAccessNotEnabledException
 */
export async function organizationForRootAccess(
  store: Pick<IdentityStore, 'organizations'>,
  accountId: string,
  { mayBeDelegated }: { readonly mayBeDelegated: boolean },
): Promise<Organization> {
  const organization = await organizationOf(store, accountId);
  if (organization === undefined) throw notFound();
  requireRootAdministrator(organization, accountId, { mayBeDelegated });
  return organization;
}

/** Enables or disables a feature. Sessions that need it end at once. @throws {ServiceError} like {@link organizationForRootAccess} */
export async function setRootFeature(
  store: Pick<IdentityStore, 'organizations'>,
  { accountId, feature, isEnabled }: { accountId: string; feature: RootFeature; isEnabled: boolean },
): Promise<Organization> {
  const mayBeDelegated = !isEnabled;
  const { organizationId } = await organizationForRootAccess(store, accountId, { mayBeDelegated });
  const changed = await store.organizations.update([organizationId], (current) => {
    requireRootAdministrator(current, accountId, { mayBeDelegated });
    const others = (current.rootFeatures ?? []).filter((each) => each !== feature);
    return { ...current, rootFeatures: isEnabled ? [...others, feature] : others };
  });
  if (changed === undefined) throw notFound();
  return changed;
}

function requireRootAdministrator(
  organization: Organization,
  accountId: string,
  { mayBeDelegated }: { readonly mayBeDelegated: boolean },
): void {
  const { managementAccountId, featureSet, services } = organization;
  if (!isRootAdministrator(organization, accountId)) {
    throw new ServiceError(
      IAM_ERRORS.AccountNotManagementOrDelegatedAdministratorException,
      'The account is neither the management account of the organization nor a delegated administrator for IAM.',
    );
  }
  if (!mayBeDelegated && accountId !== managementAccountId) {
    throw new ServiceError(
      IAM_ERRORS.CallerIsNotManagementAccountException,
      'The account is not the management account of the organization.',
    );
  }
  if (featureSet !== 'ALL') {
    throw new ServiceError(
      IAM_ERRORS.OrganizationNotInAllFeaturesModeException,
      'The organization does not have all features enabled.',
    );
  }
  if (!services.some(({ servicePrincipal }) => servicePrincipal === IAM_SERVICE)) {
    throw new ServiceError(
      IAM_ERRORS.ServiceAccessNotEnabledException,
      `Trusted access is not enabled for IAM. Call EnableAWSServiceAccess for ${IAM_SERVICE} first.`,
    );
  }
}

function notFound(): ServiceError {
  return new ServiceError(IAM_ERRORS.OrganizationNotFoundException, 'The account is not a member of an organization.');
}
