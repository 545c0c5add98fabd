import {
  ListInstanceProfiles$,
  type ListInstanceProfilesRequest,
  type ListInstanceProfilesResponse,
} from '@aws-sdk/client-iam';
import { instanceProfileArn } from '../../identity/instance-profiles/manage-instance-profiles.ts';
import { roleViewer } from '../../identity/roles/shown-role.ts';
import { pageOf } from '../../identity/rules/paging.ts';
import { readWholeIndex } from '../../identity/store/read-whole-index.ts';
import { type SignedOperation, signedOperation } from '../../operations/operation.ts';
import { onAccount } from '../account-target.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { pageRequest, truncation } from '../list-output.ts';
import { listedInstanceProfile } from './instance-profile-output.ts';

export function listInstanceProfilesOperation({
  store,
}: IamDependencies): SignedOperation<ListInstanceProfilesRequest, ListInstanceProfilesResponse, undefined> {
  return signedOperation({
    schema: ListInstanceProfiles$,
    readOnly: true,
    authorize: ({ PathPrefix }, { caller: { accountId } }) =>
      onAccount(ListInstanceProfiles$, accountId, { resource: instanceProfileArn(accountId, PathPrefix ?? '/', '') }),
    async handle(input, { caller: { accountId } }) {
      const all = await readWholeIndex(store.instanceProfiles, 'byName', [accountId]);
      const kept = all.filter(({ path }) => path.startsWith(input.PathPrefix ?? '/'));
      const how = { list: 'instance-profiles', positionOf: ({ nameKey }: { nameKey: string }) => nameKey };
      const page = pageOf(kept, { ...how, request: pageRequest(input) });
      const show = roleViewer(store);
      const InstanceProfiles = await Promise.all(
        page.items.map((profile) => listedInstanceProfile(store, profile, show)),
      );
      return { InstanceProfiles, ...truncation(page) };
    },
  });
}
