import {
  GetAccountAuthorizationDetails$,
  type GetAccountAuthorizationDetailsRequest,
  type GetAccountAuthorizationDetailsResponse,
} from '@aws-sdk/client-iam';
import { type AuthorizationDetail, listAuthorizationDetails } from '../../identity/reports/authorization-details.ts';
import { roleViewer } from '../../identity/roles/shown-role.ts';
import { mapWithPauses } from '../../kernel/pause.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { pageRequest, truncation } from '../list-output.ts';
import { accountRead } from './account-operation.ts';
import { groupDetail, policyDetail, roleDetail, userDetail } from './authorization-details-output.ts';

type Input = GetAccountAuthorizationDetailsRequest;

export function getAccountAuthorizationDetailsOperation(deps: IamDependencies) {
  const { store } = deps;
  return accountRead<Input, GetAccountAuthorizationDetailsResponse>(
    GetAccountAuthorizationDetails$,
    async (input, accountId) => {
      const filter = { accountId, types: input.Filter ?? [] };
      const page = await listAuthorizationDetails(store, filter, pageRequest(input));
      const show = roleViewer(store);
      return {
        UserDetailList: await mapWithPauses(entities(page.items, 'User'), ({ entity }) => userDetail(store, entity)),
        GroupDetailList: await mapWithPauses(entities(page.items, 'Group'), ({ entity }) => groupDetail(entity)),
        RoleDetailList: await mapWithPauses(entities(page.items, 'Role'), ({ entity }) =>
          roleDetail(deps, entity, show),
        ),
        Policies: await mapWithPauses(
          [...entities(page.items, 'LocalManagedPolicy'), ...entities(page.items, 'AWSManagedPolicy')],
          ({ entity }) => policyDetail(store, accountId, entity),
        ),
        ...truncation(page),
      };
    },
  );
}

function entities<Type extends AuthorizationDetail['type']>(items: readonly AuthorizationDetail[], type: Type) {
  return items.filter((item): item is Extract<AuthorizationDetail, { type: Type }> => item.type === type);
}
