import type { RolecallDependencies } from '../rolecall-dependencies.ts';
import { declaredOperation, declareOperation } from '../shapes/declare-operation.ts';
import { applicationChanged, CHANGE_ERRORS } from './application-errors.ts';
import { NAMED_APPLICATION } from './application-shapes.ts';
import { authorizeNamed, requireAny, requireOfApi } from './named-application.ts';

/** Deletes an application of the caller's account. */
export const DeleteApplication = declareOperation({
  name: 'DeleteApplication',
  documentation:
    'Deletes an application. Whatever was issued to it ends at once everywhere: codes, refresh tokens, access tokens for this server, and the consent of its users. Access tokens for other services are signed and stay valid until they expire. Its id is never given again. Applications of the configuration file cannot be deleted: one that leaves the file is disabled, and is kept, so that nothing that was issued to it revives if it is listed again. The permission is checked on `arn:aws:rolecall::<account>:application/<id>`.',
  readOnly: false,
  input: NAMED_APPLICATION,
  output: {},
  errors: CHANGE_ERRORS,
});

export function deleteApplicationOperation({ store, applications }: RolecallDependencies) {
  return declaredOperation(DeleteApplication, {
    authorize: ({ ApplicationId: id }, { caller: { accountId } }) =>
      authorizeNamed(store, DeleteApplication, { accountId, id }),
    async handle({ ApplicationId: id }, _call, subject) {
      const found = requireAny(subject, id);
      if (found.registration === undefined) requireOfApi(found);
      if (!(await applications.editor.remove(found))) throw applicationChanged(id);
      return {};
    },
  });
}
