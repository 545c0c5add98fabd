import { withoutAssigned } from '../../identity/applications/assignments.ts';
import type { RolecallDependencies } from '../rolecall-dependencies.ts';
import { declaredOperation, declareOperation } from '../shapes/declare-operation.ts';
import { USER_ERRORS } from '../users/user-errors.ts';
import { APPLICATION_ERRORS, noSuchApplication } from './application-errors.ts';
import { NAMED_APPLICATION } from './application-shapes.ts';
import { ASSIGNEE, findAssignee } from './assignee.ts';
import { authorizeNamed, requireFound } from './named-application.ts';

/** Ends an assignment. */
export const UnassignApplication = declareOperation({
  name: 'UnassignApplication',
  documentation:
    'Ends the assignment of an application to a user or a group. If it is open to assigned users only, people who are not assigned in another way can no longer sign in to it, and their refresh tokens are refused. Does nothing if it is not assigned. The permission is checked on `arn:aws:rolecall::<account>:application/<id>` and on the ARN of the user or group.',
  readOnly: false,
  input: { ...NAMED_APPLICATION, ...ASSIGNEE },
  output: {},
  errors: [
    APPLICATION_ERRORS.NoSuchApplication,
    APPLICATION_ERRORS.SelfRegistered,
    USER_ERRORS.NoSuchUser,
    APPLICATION_ERRORS.NoSuchGroup,
  ],
});

export function unassignApplicationOperation({ store, applications }: RolecallDependencies) {
  return declaredOperation(UnassignApplication, {
    async authorize({ ApplicationId: id, ...given }, { caller: { accountId } }) {
      const { targets, subject } = await authorizeNamed(store, UnassignApplication, { accountId, id });
      const assignee = await findAssignee(store, UnassignApplication, { ...given, accountId });
      return { targets: [...targets, assignee.target], subject: { found: subject, assignee } };
    },
    async handle({ ApplicationId: id }, _call, { found, assignee }) {
      const application = requireFound(found, id);
      const assigneeId = assignee.id();
      const changed = await applications.editor.amend(application, ({ assignments }) => ({
        assignments: withoutAssigned(assignments, assignee.kind, assigneeId),
      }));
      if (changed === undefined) throw noSuchApplication(id);
      return {};
    },
  });
}
