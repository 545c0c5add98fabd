import type { StaticOperationSchema } from '@smithy/types';
import type { Target } from '../authorize/target.ts';
import type { Organization } from '../identity/documents/organizations/organization.ts';
import { organizationOf } from '../identity/organizations/find-organization.ts';
import { organizationError } from '../identity/organizations/organization-errors.ts';
import type { IdentityStore } from '../identity/store/identity-store.ts';
import { actionOf } from '../operations/action-of.ts';
import { type SignedCall, type SignedOperation, signedOperation } from '../operations/operation.ts';

/** The accounts of an organization that may call an operation. A delegated administrator is one for any service. */
type Access = 'management' | 'administrators' | 'members';

/** A resource of an organization, as policies see it. */
export type OrganizationResource = Pick<Target, 'resource' | 'resourceTags'>;

export interface OrganizationContext<Input> {
  readonly input: Input;
  readonly call: SignedCall;
  readonly organization: Organization;
}

interface OrganizationRow<Input, Output> {
  readonly schema: StaticOperationSchema;
  readonly readOnly: boolean;
  readonly access: Access;
  /** What is authorised, one after the other. Default: the action on `*`. */
  resources?(
    input: Input,
    organization: Organization,
  ): readonly OrganizationResource[] | Promise<readonly OrganizationResource[]>;
  /** Further condition keys of each resource. */
  keys?(input: Input, organization: Organization): Pick<Target, 'conditions' | 'requestTags'>;
  handle(context: OrganizationContext<Input>): Output | Promise<Output>;
}

/** The input members that are audited: ids, names and types. Never texts of policies, e-mail addresses or names of accounts. */
export const AUDITED_INPUT: ReadonlySet<string> = new Set(
  `AccountId ChildId ChildType CreateAccountRequestId DestinationParentId FeatureSet Filter HandshakeId MaxResults Name
  OrganizationalUnitId ParentId PolicyId PolicyType ResourceId RoleName RootId ServicePrincipal SourceParentId States TagKeys TargetId
  Type Tags Key Value ActionType`.split(/\s+/),
);

/**
 * An operation on the caller's organization. The caller is authorised first, as far as its own account's policies go. Then its account must
 * be one of those that may call the operation.
 */
export function organizationOperation<Input, Output>(
  { store }: { readonly store: IdentityStore },
  row: OrganizationRow<Input, Output>,
): SignedOperation<Input, Output, Organization | undefined> {
  return signedOperation({
    schema: row.schema,
    readOnly: row.readOnly,
    auditedInput: AUDITED_INPUT,
    async authorize(input, { caller: { accountId } }) {
      const organization = await organizationOf(store, accountId);
      const resources = (organization && (await row.resources?.(input, organization))) ?? [{ resource: '*' }];
      const keys = organization && row.keys?.(input, organization);
      const targets = resources.map((resource) => ({
        action: actionOf(row.schema),
        resourceAccountId: accountId,
        ...resource,
        ...keys,
      }));
      return { targets, subject: organization };
    },
    async handle(input, call, organization) {
      if (organization === undefined) throw organizationError('AWSOrganizationsNotInUseException');
      requireAccess(organization, call.caller.accountId, row.access);
      return row.handle({ input, call, organization });
    },
  });
}

function requireAccess({ managementAccountId, delegations }: Organization, caller: string, access: Access): void {
  if (access === 'members' || caller === managementAccountId) return;
  if (access === 'administrators' && delegations.some(({ accountId }) => accountId === caller)) return;
  throw organizationError('AccessDeniedException');
}

/**
 * Changes the caller's organization by one compare-and-swap, so that changes made at the same moment wait for each other.
 * @throws {ServiceError} AWSOrganizationsNotInUseException if it has been deleted.
 */
export async function changeOrganization(
  { organizations }: Pick<IdentityStore, 'organizations'>,
  { organizationId }: Pick<Organization, 'organizationId'>,
  change: (current: Organization) => Organization,
): Promise<Organization> {
  const changed = await organizations.update([organizationId], change);
  if (changed === undefined) throw organizationError('AWSOrganizationsNotInUseException');
  return changed;
}
