import { givingWayIn, type IsProtected } from '../../authorize/privileged-member.ts';
import type { User } from '../../identity/documents/user.ts';
import { enableUser } from '../../identity/users/disable-user.ts';
import { namedOperation } from '../../operations/named-operation.ts';
import type { SignedCall, SignedOperation } from '../../operations/operation.ts';
import type { RolecallDependencies } from '../rolecall-dependencies.ts';
import { declaredOperation, declareOperation } from '../shapes/declare-operation.ts';
import { shape } from '../shapes/shape.ts';
import { USER_ERRORS } from './user-errors.ts';
import { USER } from './user-resource.ts';
import { NAMED_USER, ORIGIN, STATUS_OUTPUT, storedOrigin, userStatus } from './user-status.ts';

export const EnableUser = declareOperation({
  name: 'EnableUser',
  documentation:
    'Enables a user that an administrator or, with `Origin`, the directory or the end date has disabled. A user whom several have disabled stays disabled until all of them are withdrawn; the output says so. Sign-in and access keys work again, but sessions and tokens that ended stay ended. A user who was offboarded gets no outside login back: link them again. Enabling an offboarded administrator asks for what changes of privileged resources ask for. The permission is checked on `arn:aws:iam::<account>:user/<path and name>`.',
  readOnly: false,
  input: {
    ...NAMED_USER,
    Origin: shape.optional(
      ORIGIN,
      'Who disabled the user; default: `ADMINISTRATOR`. Use `DIRECTORY` only if the directory is no longer connected; otherwise it disables the user again.',
    ),
  },
  output: STATUS_OUTPUT,
  errors: [USER_ERRORS.NoSuchUser],
});

export function enableUserOperation({ store, protection }: Pick<RolecallDependencies, 'store' | 'protection'>) {
  return declaredOperation(
    EnableUser,
    enablingOffboarded(
      protection,
      namedOperation(
        { store },
        {
          schema: EnableUser.schema,
          kind: USER,
          readOnly: false,
          name: ({ UserName }) => UserName,
          async handle({ input: { Origin = 'ADMINISTRATOR' }, call: { now }, found }) {
            const enabled = await enableUser(store, found, storedOrigin(Origin));
            if (enabled === undefined) throw USER.notFound(found.userName);
            return userStatus(enabled, now);
          },
        },
      ),
    ),
  );
}

/**
 * Offboarding took the factors of an administrator, so that anybody who may set the password could sign in as them. Enabling one again gives
 * a way in.
 */
function enablingOffboarded<Input, Output>(
  protection: () => IsProtected,
  { authorize, handle }: Pick<SignedOperation<Input, Output, User | undefined>, 'authorize' | 'handle'>,
) {
  return {
    handle,
    async authorize(input: Input, call: SignedCall) {
      const { targets, subject } = await authorize(input, call);
      if (subject?.offboardedAt === undefined) return { targets, subject };
      const isProtected = protection();
      return {
        targets: await Promise.all(targets.map((target) => givingWayIn(isProtected, target, subject))),
        subject,
      };
    },
  };
}
