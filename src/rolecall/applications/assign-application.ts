import { ASSIGNMENTS, goneAssigned, withAssigned } from '../../identity/applications/assignments.ts';
import type { RolecallDependencies } from '../rolecall-dependencies.ts';
import { declaredOperation, declareOperation } from '../shapes/declare-operation.ts';
import { USER_ERRORS } from '../users/user-errors.ts';
import { APPLICATION_ERRORS, beyondQuota, noSuchApplication } from './application-errors.ts';
import { NAMED_APPLICATION } from './application-shapes.ts';
import { ASSIGNEE, findAssignee } from './assignee.ts';
import { authorizeNamed, requireFound } from './named-application.ts';

/** Lets a user, or the users of a group, use an application. */
export const AssignApplication = declareOperation({
  name: 'AssignApplication',
  documentation:
    'Assigns an application to a user or a group of the account, also one of the configuration file. Assignments count if the application is open to assigned users only (`OpenTo`). They are kept by unique id: a user or group that later gets the same name does not inherit them, and those that were deleted do not count against the limit. Does nothing if it is assigned already. The permission is checked on `arn:aws:rolecall::<account>:application/<id>` and on the ARN of the user or group.',
  readOnly: false,
  input: { ...NAMED_APPLICATION, ...ASSIGNEE },
  output: {},
  errors: [
    APPLICATION_ERRORS.NoSuchApplication,
    APPLICATION_ERRORS.SelfRegistered,
    USER_ERRORS.NoSuchUser,
    APPLICATION_ERRORS.NoSuchGroup,
    APPLICATION_ERRORS.LimitExceeded,
  ],
});

export function assignApplicationOperation({ store, applications }: RolecallDependencies) {
  return declaredOperation(AssignApplication, {
    async authorize({ ApplicationId: id, ...given }, { caller: { accountId } }) {
      const { targets, subject } = await authorizeNamed(store, AssignApplication, { accountId, id });
      const assignee = await findAssignee(store, AssignApplication, { ...given, accountId });
      return { targets: [...targets, assignee.target], subject: { found: subject, assignee } };
    },
    async handle({ ApplicationId: id }, _call, { found, assignee }) {
      const application = requireFound(found, id);
      const { kind } = assignee;
      const assigneeId = assignee.id();
      const isFull = application.assignments[kind].length >= ASSIGNMENTS[kind];
      const gone = isFull ? await goneAssigned(store, application, kind) : new Set<string>();
      const changed = await applications.editor.amend(application, ({ assignments }) => {
        const present = { ...assignments, [kind]: assignments[kind].filter((each) => !gone.has(each)) };
        const next = withAssigned(present, kind, assigneeId);
        if (next === undefined)
          throw beyondQuota(`Assigned${kind === 'users' ? 'Users' : 'Groups'}`, ASSIGNMENTS[kind]);
        return { assignments: next };
      });
      if (changed === undefined) throw noSuchApplication(id);
      return {};
    },
  });
}
