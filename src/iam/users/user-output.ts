import type { User as UserOutput } from '@aws-sdk/client-iam';
import type { User } from '../../identity/documents/user.ts';
import { arnOf } from '../../identity/policy-holder/holder-kind.ts';
import { userKind } from '../../identity/users/user-kind.ts';
import { boundaryMember } from '../policy-holders/boundary-output.ts';
import { tagsMember } from '../tag-output.ts';

/** A user as lists show it: without tags and boundary. */
export function listedUser(user: User): UserOutput {
  return {
    Path: user.path,
    UserName: user.userName,
    UserId: user.userId,
    Arn: arnOf(userKind, user),
    CreateDate: new Date(user.createdAt),
    ...(user.passwordLastUsedAt === undefined ? {} : { PasswordLastUsed: new Date(user.passwordLastUsedAt) }),
  };
}

/** A user as CreateUser and GetUser answer it. */
export function userOutput(user: User): UserOutput {
  return { ...listedUser(user), ...boundaryMember(user.permissionsBoundary), ...tagsMember(user.tags) };
}
