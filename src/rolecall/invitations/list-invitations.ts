import { DEFAULT_MAX_ITEMS, makeMarker, pageAtMarker, readMarker } from '../../identity/rules/paging.ts';
import { iamArn } from '../../kernel/arn.ts';
import { actionOf } from '../../operations/action-of.ts';
import type { RolecallDependencies } from '../rolecall-dependencies.ts';
import { declaredOperation, declareOperation } from '../shapes/declare-operation.ts';
import { shape } from '../shapes/shape.ts';
import { INVITATION, shownInvitation } from './invitation-shapes.ts';

const LIST = 'ListInvitations';

export const ListInvitations = declareOperation({
  name: LIST,
  documentation:
    'Lists the invitations of the account that were not accepted yet, oldest first, also those that have expired. The permission is checked on `arn:aws:iam::<account>:user/*`.',
  readOnly: true,
  input: shape.pageRequest,
  output: {
    Invitations: shape.required(shape.list('InvitationList', INVITATION), 'The invitations, oldest first.'),
    ...shape.pageResponse,
  },
  pageOf: 'Invitations',
});

export function listInvitationsOperation({ store }: Pick<RolecallDependencies, 'store'>) {
  return declaredOperation(ListInvitations, {
    async authorize(_input, { caller: { accountId } }) {
      const resource = iamArn(accountId, 'user', '/', '*');
      const target = { action: actionOf(ListInvitations.schema), resource, resourceAccountId: accountId };
      return { targets: [target], subject: undefined };
    },
    async handle({ NextToken, MaxResults }, { caller: { accountId } }) {
      const after = NextToken === undefined ? undefined : readMarker(LIST, NextToken);
      const at = { limit: MaxResults ?? DEFAULT_MAX_ITEMS, ...(after !== undefined && { after }) };
      const page = await pageAtMarker(store.users.find('byInvited', [accountId], at));
      return {
        Invitations: page.items.flatMap((user) =>
          user.invitation === undefined ? [] : [shownInvitation(user, user.invitation)],
        ),
        ...(page.next !== undefined && { NextToken: makeMarker(LIST, page.next) }),
      };
    },
  });
}
