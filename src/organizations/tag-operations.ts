import {
  ListTagsForResource$,
  type ListTagsForResourceRequest,
  type ListTagsForResourceResponse,
  TagResource$,
  type TagResourceRequest,
  UntagResource$,
  type UntagResourceRequest,
} from '@aws-sdk/client-organizations';
import type { Tag } from '../identity/documents/entity.ts';
import type { Organization } from '../identity/documents/organizations/organization.ts';
import { defaultPolicy } from '../identity/organizations/default-policies.ts';
import { invalidInput, organizationError } from '../identity/organizations/organization-errors.ts';
import { findTarget, withTarget } from '../identity/organizations/organization-tree.ts';
import type { Decoded, NoOutput } from '../operations/decoded.ts';
import type { AnyOperation } from '../operations/operation.ts';
import { findPolicy } from './find-policy.ts';
import { changeOrganization, type OrganizationResource, organizationOperation } from './organization-operation.ts';
import type { OrganizationsDependencies } from './organizations-dependencies.ts';
import { policyResource, targetResource } from './resources.ts';
import { requestTags, shownTags, tagsOf, withTags } from './tags.ts';

/** `TagResource`, `UntagResource` and `ListTagsForResource`, for the root, units, accounts and policies. */
export function tagOperations(deps: OrganizationsDependencies): readonly AnyOperation[] {
  const { store } = deps;
  const resources = async ({ ResourceId: id }: { readonly ResourceId: string }, organization: Organization) => [
    isPolicy(id) ? withoutKeys(await policyResource(store, organization, id)) : targetResource(organization, id),
  ];
  return [
    organizationOperation<Decoded<TagResourceRequest>, NoOutput>(deps, {
      schema: TagResource$,
      readOnly: false,
      access: 'management',
      resources,
      keys: ({ Tags }) => requestTags(Tags),
      async handle({ input: { ResourceId, Tags }, organization }) {
        const added = tagsOf(Tags);
        await changeTags(deps, { organization, id: ResourceId, change: (tags) => withTags(tags, added) });
        return {};
      },
    }),
    organizationOperation<Decoded<UntagResourceRequest>, NoOutput>(deps, {
      schema: UntagResource$,
      readOnly: false,
      access: 'management',
      resources,
      keys: ({ TagKeys }) => ({ conditions: new Map([['aws:tagkeys', TagKeys]]) }),
      async handle({ input: { ResourceId, TagKeys }, organization }) {
        const change = (tags: readonly Tag[]) => tags.filter(({ key }) => !TagKeys.includes(key));
        await changeTags(deps, { organization, id: ResourceId, change });
        return {};
      },
    }),
    organizationOperation<Decoded<ListTagsForResourceRequest>, ListTagsForResourceResponse>(deps, {
      schema: ListTagsForResource$,
      readOnly: true,
      access: 'administrators',
      resources,
      async handle({ input: { ResourceId: id, NextToken }, organization }) {
        // All tags are on the first page.
        if (NextToken !== undefined) throw invalidInput('INVALID_NEXT_TOKEN');
        const found = isPolicy(id) ? await findPolicy(store, organization, id) : findTarget(organization, id);
        if (found === undefined) throw organizationError('TargetNotFoundException');
        return { Tags: shownTags(found.tags) };
      },
    }),
  ];
}

const isPolicy = (id: string): boolean => id.startsWith('p-');

/** The operations on tags have no condition key for the policy's type. */
const withoutKeys = ({ resource, resourceTags }: OrganizationResource): OrganizationResource => ({
  resource,
  ...(resourceTags && { resourceTags }),
});

interface TagChange {
  readonly organization: Organization;
  readonly id: string;
  readonly change: (tags: readonly Tag[]) => readonly Tag[];
}

async function changeTags(
  { store }: OrganizationsDependencies,
  { organization, id, change }: TagChange,
): Promise<void> {
  if (!isPolicy(id)) {
    await changeOrganization(store, organization, (current) => {
      const target = findTarget(current, id);
      if (target === undefined) throw organizationError('TargetNotFoundException');
      return withTarget(current, id, { tags: change(target.tags) });
    });
    return;
  }
  if (defaultPolicy(id) !== undefined) throw invalidInput('IMMUTABLE_POLICY');
  const changed = await store.organizationPolicies.update([organization.organizationId, id], (old) => ({
    ...old,
    tags: [...change(old.tags)],
  }));
  if (changed === undefined) throw organizationError('TargetNotFoundException');
}
