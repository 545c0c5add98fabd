/** The name of the first account's administrator. */
export const ADMIN_USER_NAME = 'admin';

/** The operator's choices for the first account; everything else is generated. */
export interface FirstAccountSettings {
  readonly accountId?: string | undefined;
  readonly accountAlias?: string | undefined;
  readonly rootEmail?: string | undefined;
  readonly rootPassword?: string | undefined;
  readonly adminAccessKeyId?: string | undefined;
  readonly adminSecretAccessKey?: string | undefined;
  readonly adminPassword?: string | undefined;
}
