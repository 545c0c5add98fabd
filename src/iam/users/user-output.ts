import type { User as UserOutput } from '@aws-sdk/client-iam';
import type { CredentialHolder } from '../../identity/credentials/credential-holder.ts';
import { userHolder } from '../../identity/credentials/stored-holders.ts';
import type { User } from '../../identity/documents/user.ts';
import { boundaryMember } from '../policy-holders/boundary-output.ts';
import { tagsMember } from '../tag-output.ts';

/** A holder as lists show it. A root user has no name and no path. */
export function holderOutput(holder: CredentialHolder): UserOutput {
  const { path, userName, subject, arn, createdAt, passwordLastUsedAt } = holder;
  return {
    Path: path,
    UserName: userName,
    UserId: subject,
    Arn: arn,
    CreateDate: new Date(createdAt),
    ...(passwordLastUsedAt === undefined ? {} : { PasswordLastUsed: new Date(passwordLastUsedAt) }),
  };
}

/** A user as lists show it: without tags or boundary. */
export function listedUser(user: User): UserOutput {
  return holderOutput(userHolder(user));
}

/** A user as CreateUser and GetUser return it. */
export function userOutput(user: User): UserOutput {
  return { ...listedUser(user), ...boundaryMember(user.permissionsBoundary), ...tagsMember(user.tags) };
}
