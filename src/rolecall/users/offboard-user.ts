import { personBehind } from '../../identity/sessions/caller.ts';
import { type EndedItem, offboardUser, planOffboarding } from '../../identity/users/offboard-user.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import { namedOperation } from '../../operations/named-operation.ts';
import type { RolecallDependencies } from '../rolecall-dependencies.ts';
import { declaredOperation, declareOperation } from '../shapes/declare-operation.ts';
import { shape } from '../shapes/shape.ts';
import { USER_ERRORS } from './user-errors.ts';
import { USER } from './user-resource.ts';
import { GIVEN_REASON, NAMED_USER, STATUS_OUTPUT, userStatus } from './user-status.ts';

const { boolean, enumeration, list, optional, required, structure, text } = shape;

const KINDS = {
  'sign-in-and-sessions': 'SIGN_IN_AND_SESSIONS',
  'access-key': 'ACCESS_KEY',
  'ssh-public-key': 'SSH_PUBLIC_KEY',
  'signing-certificate': 'SIGNING_CERTIFICATE',
  'service-credential': 'SERVICE_SPECIFIC_CREDENTIAL',
  password: 'PASSWORD',
  invitation: 'INVITATION',
  profile: 'PROFILE',
  factor: 'FACTOR',
  'outside-login': 'OUTSIDE_LOGIN',
  application: 'APPLICATION',
} as const satisfies Record<EndedItem['kind'], string>;

const ENDED = structure(
  'EndedItem',
  {
    Kind: required(
      enumeration('EndedKind', Object.values(KINDS), {
        documentation:
          'What was ended. `SIGN_IN_AND_SESSIONS`: the user was disabled, and with that all sessions, tokens and role sessions ended.',
      }),
      'What it is.',
    ),
    Name: required(
      text('EndedName', { length: [1, 2048] }),
      'Its name: the id of a key, certificate or credential, the serial number of a factor, an outside login as `<connector>/<subject>`, an application id, an address, or the user.',
    ),
  },
  { documentation: 'Something that offboarding ends.' },
);

export const OffboardUser = declareOperation({
  name: 'OffboardUser',
  documentation:
    'Ends everything by which a user can do something: disables the user as `DisableUser` does, which ends all sessions, tokens and role sessions on every process within a second, and then removes access keys, SSH public keys, signing certificates, service-specific credentials, password, invitation, profile, factors and assignments of applications. Outside logins end, too; they stay listed as long as the user is disabled, so that a connector neither signs the person in nor creates a new user, and `EnableUser` removes them. The user stays, disabled, with its groups and policies, so that the audit record can be read. Delete the user later. With `DryRun`, nothing changes and the output says what would end. If a call is interrupted, call it again: it ends what is left. The permission is checked on `arn:aws:iam::<account>:user/<path and name>`.',
  readOnly: false,
  input: {
    ...NAMED_USER,
    ...GIVEN_REASON,
    DryRun: optional(boolean('OffboardDryRun'), 'Whether only to say what would end. Default: false.'),
  },
  output: {
    ...STATUS_OUTPUT,
    Ended: required(list('EndedList', ENDED), 'What this call ended, or would end.'),
  },
  errors: [USER_ERRORS.NoSuchUser, USER_ERRORS.OwnUser],
});

export function offboardUserOperation({ store, applications }: Pick<RolecallDependencies, 'store' | 'applications'>) {
  return declaredOperation(
    OffboardUser,
    namedOperation(
      { store },
      {
        schema: OffboardUser.schema,
        kind: USER,
        readOnly: false,
        name: ({ UserName }) => UserName,
        async handle({ input: { Reason: reason, DryRun: isDryRun = false }, call: { caller, now }, found }) {
          if (personBehind(caller) === found.userId) {
            throw new ServiceError(USER_ERRORS.OwnUser, 'You cannot offboard yourself. Ask another administrator.');
          }
          const items = await planOffboarding(store, found);
          const Ended = items.map(({ kind, name }) => ({ Kind: KINDS[kind], Name: name }));
          if (isDryRun) return { ...userStatus(found, now), Ended };
          const user = await offboardUser({ store, applications: applications.editor }, { user: found, reason, now });
          if (user === undefined) throw USER.notFound(found.userName);
          return { ...userStatus(user, now), Ended };
        },
      },
    ),
  );
}
