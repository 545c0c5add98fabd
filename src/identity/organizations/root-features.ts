import { ServiceError } from '../../kernel/service-error.ts';
import type { Organization, RootFeature } from '../documents/organizations/organization.ts';
import { IAM_SERVICE, rootAdministratorsOf } from '../documents/organizations/root-access.ts';
import { IAM_ERRORS } from '../rules/iam-errors.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { organizationOf } from './find-organization.ts';

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
  if (!rootAdministratorsOf(organization).includes(accountId)) {
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
