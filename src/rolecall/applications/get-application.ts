import type { RolecallDependencies } from '../rolecall-dependencies.ts';
import { declaredOperation, declareOperation } from '../shapes/declare-operation.ts';
import { shape } from '../shapes/shape.ts';
import { APPLICATION_ERRORS } from './application-errors.ts';
import { APPLICATION, NAMED_APPLICATION } from './application-shapes.ts';
import { authorizeNamed, requireAny } from './named-application.ts';
import { shownApplication } from './shown-application.ts';

/** Shows one application of the caller's account. */
export const GetApplication = declareOperation({
  name: 'GetApplication',
  documentation:
    'Returns an application, without its secret. The permission is checked on `arn:aws:rolecall::<account>:application/<id>`.',
  readOnly: true,
  input: NAMED_APPLICATION,
  output: { Application: shape.required(APPLICATION, 'The application.') },
  errors: [APPLICATION_ERRORS.NoSuchApplication],
});

export function getApplicationOperation({ store, clock }: RolecallDependencies) {
  return declaredOperation(GetApplication, {
    authorize: ({ ApplicationId: id }, { caller: { accountId } }) =>
      authorizeNamed(store, GetApplication, { accountId, id }),
    handle: ({ ApplicationId: id }, _call, found) => ({
      Application: shownApplication(requireAny(found, id), clock.now()),
    }),
  });
}
