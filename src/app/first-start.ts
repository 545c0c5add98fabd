import { ADMIN_USER_NAME, type FirstAccount } from '../identity/accounts/first-account.ts';
import type { Settings } from './settings.ts';

/**
 * What the first start prints, once: all that a person needs to go on. Secrets that the operator chose are not repeated: they
 * would end in a log.
 */
export function firstStartMessage(first: FirstAccount, settings: Settings): string {
  const { publicUrl } = settings.server;
  const { rootPassword, adminPassword, adminSecretAccessKey } = settings.firstStart;
  const chosen = '(as you set it)';
  const secret =
    adminSecretAccessKey === undefined
      ? `export AWS_SECRET_ACCESS_KEY=${first.adminSecretAccessKey}`
      : `# AWS_SECRET_ACCESS_KEY ${chosen}`;
  return `
Rolecall is ready. This is its first start, and the only time that these secrets are shown.

  Account                ${first.accountId}${first.accountAlias === undefined ? '' : ` (alias ${first.accountAlias})`}
  Sign in at             ${publicUrl}/sign-in
  Administrator          user ${ADMIN_USER_NAME}, password ${adminPassword === undefined ? first.adminPassword : chosen}
  Root user              ${first.rootEmail}, password ${rootPassword === undefined ? first.rootPassword : chosen}

Paste these lines to use the administrator's access key with the aws CLI or any SDK:

export AWS_ACCESS_KEY_ID=${first.adminAccessKeyId}
${secret}
export AWS_DEFAULT_REGION=us-east-1
export AWS_ENDPOINT_URL=${publicUrl}

Then try:

  aws sts get-caller-identity --endpoint-url ${publicUrl}
  aws iam create-user --user-name alice --endpoint-url ${publicUrl}

OpenID Connect issuer for apps: ${publicUrl}/oidc
`;
}
