import { ConfigError } from '../config/load-config.ts';
import type { FirstAccount } from '../identity/first-start/first-account.ts';
import { ADMIN_USER_NAME, type FirstAccountSettings } from '../identity/first-start/first-account-settings.ts';
import { WeakFirstPasswordsError } from '../identity/first-start/first-passwords.ts';
import type { Log } from './log/log.ts';
import { environmentVariables } from './settings/environment-variables.ts';
import type { Settings } from './settings/settings.ts';

function variableOf(setting: keyof FirstAccountSettings): string {
  return environmentVariables.find(({ path }) => path === `firstStart.${setting}`)?.name ?? `firstStart.${setting}`;
}

/** Creates the first account. Reports a refused password as a configuration error, naming its variable. @throws {ConfigError} */
export async function reportWeakPasswords(
  make: () => Promise<FirstAccount | undefined>,
): Promise<FirstAccount | undefined> {
  try {
    return await make();
  } catch (error) {
    if (!(error instanceof WeakFirstPasswordsError)) throw error;
    throw new ConfigError(error.passwords.map(({ setting, reason }) => `${variableOf(setting)}: ${reason}`));
  }
}

/** Logs once which first-account settings are ignored, naming their variables. */
export function warnOfIgnoredSettings(log: Pick<Log, 'warn'>, ignored: readonly (keyof FirstAccountSettings)[]): void {
  if (ignored.length === 0) return;
  log.warn('settings of the first start differ from what is stored, and are ignored: the stored values stay', {
    ignored: ignored.map(variableOf),
  });
}

/**
 * The message printed once, on first start, with all that is needed to continue. Secrets chosen by the operator are not repeated,
 * because the message may end up in a log.
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
This is the first start of Rolecall, and the only time that these secrets are shown.

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
