import type { LoginProfile as LoginProfileOutput } from '@aws-sdk/client-iam';
import type { CredentialHolder, StoredPassword } from '../../identity/credentials/credential-holder.ts';

export function loginProfileOutput(
  { userName }: CredentialHolder,
  { createdAt, resetRequired }: StoredPassword,
): LoginProfileOutput {
  return { UserName: userName, CreateDate: new Date(createdAt), PasswordResetRequired: resetRequired };
}
