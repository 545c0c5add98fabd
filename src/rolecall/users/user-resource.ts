import type { User } from '../../identity/documents/user.ts';
import { userKind } from '../../identity/users/user-kind.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import { holderResource } from '../../operations/holder-resource.ts';
import type { RequiredKind } from '../../operations/named-operation.ts';
import { USER_ERRORS } from './user-errors.ts';

/** IAM users, with the ARN that IAM's own operations have, so that one policy by path or tag can cover both services. */
export const USER: RequiredKind<User> = {
  ...holderResource(userKind),
  notFound: (name) => new ServiceError(USER_ERRORS.NoSuchUser, `There is no user with the name ${name}.`),
};
