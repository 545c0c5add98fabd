import {
  CreateOrganization$,
  type CreateOrganizationRequest,
  type CreateOrganizationResponse,
  DeleteOrganization$,
  DescribeOrganization$,
  type DescribeOrganizationResponse,
  EnableAllFeatures$,
  ListRoots$,
  type ListRootsRequest,
  type ListRootsResponse,
  type Organization as WireOrganization,
} from '@aws-sdk/client-organizations';
import type { Organization } from '../identity/documents/organizations/organization.ts';
import { deleteOrganization } from '../identity/organizations/delete-organization.ts';
import { insertUnique } from '../identity/organizations/insert-unique.ts';
import { accountArn, organizationArn } from '../identity/organizations/organization-arns.ts';
import {
  ORGANIZATION_ERRORS,
  organizationError,
  reasonedError,
} from '../identity/organizations/organization-errors.ts';
import { makeOrganizationId, makeRootId } from '../identity/organizations/organization-ids.ts';
import type { IdentityStore } from '../identity/store/identity-store.ts';
import { ServiceError } from '../kernel/service-error.ts';
import { actionOf } from '../operations/action-of.ts';
import type { Decoded, NoOutput } from '../operations/decoded.ts';
import { type AnyOperation, signedOperation } from '../operations/operation.ts';
import { AUDITED_INPUT, organizationOperation } from './organization-operation.ts';
import type { OrganizationsDependencies } from './organizations-dependencies.ts';
import { pageFor } from './paging.ts';
import { enabledTypes, shownRoot } from './shown-root.ts';

/** `CreateOrganization`, `DescribeOrganization`, `EnableAllFeatures`, `DeleteOrganization` and `ListRoots`. */
export function wholeOrganizationOperations(deps: OrganizationsDependencies): readonly AnyOperation[] {
  const { store } = deps;
  return [
    createOrganization(deps),
    organizationOperation<Record<string, never>, DescribeOrganizationResponse>(deps, {
      schema: DescribeOrganization$,
      readOnly: true,
      access: 'members',
      handle: async ({ organization }) => ({ Organization: await shownOrganization(store, organization) }),
    }),
    organizationOperation<Record<string, never>, NoOutput>(deps, {
      schema: EnableAllFeatures$,
      readOnly: false,
      access: 'management',
      handle({ organization: { featureSet } }) {
        if (featureSet === 'ALL')
          throw reasonedError('HandshakeConstraintViolationException', 'ORGANIZATION_ALREADY_HAS_ALL_FEATURES');
        // Its invited accounts have not agreed to be limited, and there is no handshake by which they could.
        throw new ServiceError(
          ORGANIZATION_ERRORS.AccessDeniedException,
          'An organization for consolidated billing alone stays one. Create an organization with all features instead.',
        );
      },
    }),
    organizationOperation<Record<string, never>, NoOutput>(deps, {
      schema: DeleteOrganization$,
      readOnly: false,
      access: 'management',
      async handle({ organization }) {
        await deleteOrganization(store, organization.organizationId);
        return {};
      },
    }),
    organizationOperation<Decoded<ListRootsRequest>, ListRootsResponse>(deps, {
      schema: ListRoots$,
      readOnly: true,
      access: 'administrators',
      handle({ input, organization }) {
        const shown = shownRoot(organization);
        const { items, next } = pageFor([shown], input, { list: 'roots', positionOf: ({ Id = '' }) => Id });
        return { Roots: [...items], ...next };
      },
    }),
  ];
}

function createOrganization({ store, random, mayCreate }: OrganizationsDependencies): AnyOperation {
  return signedOperation<Decoded<CreateOrganizationRequest>, CreateOrganizationResponse, undefined>({
    schema: CreateOrganization$,
    readOnly: false,
    auditedInput: AUDITED_INPUT,
    authorize: (_input, { caller: { accountId } }) => ({
      targets: [{ action: actionOf(CreateOrganization$), resource: '*', resourceAccountId: accountId }],
      subject: undefined,
    }),
    async handle({ FeatureSet = 'ALL' }, { caller: { accountId }, now }) {
      const account = await store.accounts.get([accountId]);
      if (account === undefined) throw organizationError('AccessDeniedException');
      if (!(await mayCreate(accountId)))
        throw new ServiceError(
          ORGANIZATION_ERRORS.AccessDeniedException,
          'The operator of this server lets only its first account create an organization.',
        );
      const rootId = makeRootId(random);
      const organization: Organization = {
        organizationId: makeOrganizationId(random),
        managementAccountId: accountId,
        createdAt: now,
        featureSet: FeatureSet,
        root: { rootId, policyIds: [], tags: [] },
        policyTypes: [],
        units: [],
        accounts: [
          {
            accountId,
            name: account.alias ?? accountId,
            parentId: rootId,
            joinedAt: now,
            joinedMethod: 'INVITED',
            policyIds: [],
            tags: [],
          },
        ],
        policies: [],
        services: [],
        delegations: [],
      };
      await insertUnique(store.organizations, organization, (cause) =>
        organizationError('AlreadyInOrganizationException', cause),
      );
      return { Organization: await shownOrganization(store, organization) };
    },
  });
}

async function shownOrganization(
  { accounts }: Pick<IdentityStore, 'accounts'>,
  organization: Organization,
): Promise<WireOrganization> {
  const { organizationId, managementAccountId, featureSet } = organization;
  const management = await accounts.get([managementAccountId]);
  return {
    Id: organizationId,
    Arn: organizationArn(organization),
    FeatureSet: featureSet,
    MasterAccountArn: accountArn(organization, managementAccountId),
    MasterAccountId: managementAccountId,
    MasterAccountEmail: management?.root.email ?? '',
    // As in AWS, whether a type could be enabled. `ListRoots` tells whether it is.
    AvailablePolicyTypes: featureSet === 'ALL' ? enabledTypes(['SERVICE_CONTROL_POLICY']) : [],
  };
}
