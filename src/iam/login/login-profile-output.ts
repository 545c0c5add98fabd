import type { LoginProfile as LoginProfileOutput } from '@aws-sdk/client-iam';
import type { LoginProfile } from '../../identity/documents/user.ts';

export function loginProfileOutput(userName: string, profile: LoginProfile): LoginProfileOutput {
  return {
    UserName: userName,
    CreateDate: new Date(profile.createdAt),
    PasswordResetRequired: profile.resetRequired,
  };
}
