import type { Target } from '../../authorize/target.ts';
import { activityPage } from '../../identity/activity/activity-page.ts';
import type { Caller } from '../../identity/sessions/caller.ts';
import type { IdentityStore } from '../../identity/store/identity-store.ts';
import { rootArn } from '../../kernel/arn.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import { actionOf } from '../../operations/action-of.ts';
import { namedTarget } from '../../operations/named-operation.ts';
import type { RolecallDependencies } from '../rolecall-dependencies.ts';
import { declaredOperation, declareOperation } from '../shapes/declare-operation.ts';
import { shape } from '../shapes/shape.ts';
import { USER_ERRORS } from '../users/user-errors.ts';
import { USER } from '../users/user-resource.ts';
import { NAMED_USER } from '../users/user-status.ts';
import { ACTIVITY, shownActivity } from './activity-shapes.ts';

const LIST = 'ListUserActivity';

export const ListUserActivity = declareOperation({
  name: LIST,
  documentation:
    'Lists what happened to the account of a user, newest first, for the last 90 days: sign-ins, failed ones folded, apps and roles opened, changes of password, factors, outside logins, access keys and assignments, and what administrators did. It comes from the audit record, and goes back as far as that is kept. Without `UserName`, it lists the activity of the caller, who needs no permission unless a policy denies it or a boundary or session policy leaves it out. The permission is checked on `arn:aws:iam::<account>:user/<path and name>`. Only events of this user are listed, not those of an earlier user of the same name.',
  readOnly: true,
  input: {
    UserName: shape.optional(
      NAMED_USER.UserName.shape,
      'The name of the user. Absent: the caller, a user or the root user.',
    ),
    ...shape.pageRequest,
  },
  output: {
    Activities: shape.required(shape.list('ActivityList', ACTIVITY), 'What happened, newest first.'),
    ...shape.pageResponse,
  },
  errors: [USER_ERRORS.NoSuchUser],
  pageOf: 'Activities',
});

/** Whose activity is asked for: the id; `undefined` if there is no such user. */
interface Asked {
  readonly target: Target;
  readonly personId: string | undefined;
}

async function askedOf(
  store: IdentityStore,
  { accountId, ...caller }: Caller,
  userName: string | undefined,
): Promise<Asked> {
  const action = actionOf(ListUserActivity.schema);
  if (userName !== undefined) {
    const named = { accountId, name: userName };
    const found = await USER.find(store, named);
    return { target: namedTarget(USER, { action, named, found }), personId: found?.userId };
  }
  const own = { action, resourceAccountId: accountId, grantedByAccount: true };
  if (caller.type === 'Account') return { target: { ...own, resource: rootArn(accountId) }, personId: caller.userId };
  if (caller.type !== 'User')
    throw new ServiceError('ValidationError', 'Only users have activity of their own: name one with UserName.');
  const found = await store.users.get([accountId, caller.userId]);
  const target = namedTarget(USER, { action, named: { accountId, name: caller.userName }, found });
  return { target: { ...target, grantedByAccount: true }, personId: caller.userId };
}

export function listUserActivityOperation({ store, activity }: Pick<RolecallDependencies, 'store' | 'activity'>) {
  return declaredOperation(ListUserActivity, {
    async authorize({ UserName }, { caller }) {
      const { target, personId } = await askedOf(store, caller, UserName);
      return { targets: [target], subject: personId };
    },
    async handle({ UserName, NextToken, MaxResults }, { caller: { accountId } }, personId) {
      if (personId === undefined) throw USER.notFound(UserName ?? '');
      const request = { marker: NextToken, maxItems: MaxResults };
      const page = await activityPage(activity.list, { accountId, personId }, { list: LIST, request });
      return {
        Activities: page.items.map((each) => shownActivity(each, activity.countryOf)),
        ...(page.marker !== undefined && { NextToken: page.marker }),
      };
    },
  });
}
