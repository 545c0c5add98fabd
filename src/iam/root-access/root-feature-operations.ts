import {
  DisableOrganizationsRootCredentialsManagement$,
  DisableOrganizationsRootSessions$,
  EnableOrganizationsRootCredentialsManagement$,
  EnableOrganizationsRootSessions$,
  type FeatureType,
  ListOrganizationsFeatures$,
} from '@aws-sdk/client-iam';
import type { StaticOperationSchema } from '@smithy/types';
import type { Organization, RootFeature } from '../../identity/documents/organizations/organization.ts';
import { rootFeaturesOf } from '../../identity/documents/organizations/root-access.ts';
import { organizationForRootAccess, setRootFeature } from '../../identity/organizations/root-features.ts';
import { type AnyOperation, signedOperation } from '../../operations/operation.ts';
import { accountRead } from '../account/account-operation.ts';
import { onAccount } from '../account-target.ts';
import type { IamDependencies } from '../iam-dependencies.ts';

interface Output {
  readonly OrganizationId: string;
  readonly EnabledFeatures: FeatureType[];
}

/** The operations on the features of central root access, which `sts:AssumeRoot` needs. Disabling one ends its sessions. */
export function rootFeatureOperations({ store }: IamDependencies): readonly AnyOperation[] {
  const change = (schema: StaticOperationSchema, feature: RootFeature, isEnabled: boolean): AnyOperation =>
    signedOperation<unknown, Output, undefined>({
      schema,
      readOnly: false,
      authorize: (_input, { caller }) => onAccount(schema, caller.accountId),
      handle: async (_input, { caller: { accountId } }) =>
        outputOf(await setRootFeature(store, { accountId, feature, isEnabled })),
    });
  return [
    change(EnableOrganizationsRootCredentialsManagement$, 'RootCredentialsManagement', true),
    change(DisableOrganizationsRootCredentialsManagement$, 'RootCredentialsManagement', false),
    change(EnableOrganizationsRootSessions$, 'RootSessions', true),
    change(DisableOrganizationsRootSessions$, 'RootSessions', false),
    accountRead(ListOrganizationsFeatures$, async (_input, accountId) =>
      outputOf(await organizationForRootAccess(store, accountId, { mayBeDelegated: true })),
    ),
  ];
}

function outputOf(organization: Organization): Output {
  return { OrganizationId: organization.organizationId, EnabledFeatures: [...rootFeaturesOf(organization)] };
}
