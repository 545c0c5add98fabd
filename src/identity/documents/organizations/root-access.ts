import { type Organization, ROOT_FEATURES, type RootFeature } from './organization.ts';

/** The service that needs trusted access, and whose delegated administrator may use central root access. */
export const IAM_SERVICE = 'iam.amazonaws.com';

/** The accounts that may use central root access: the management account, and delegated administrators of IAM. */
export function rootAdministratorsOf({ managementAccountId, delegations }: Organization): readonly string[] {
  const delegated = delegations.filter(({ servicePrincipal }) => servicePrincipal === IAM_SERVICE);
  return [managementAccountId, ...delegated.map(({ accountId }) => accountId)];
}

/** The features of central root access that are enabled, in a fixed order. None without trusted access for IAM. */
export function rootFeaturesOf({ rootFeatures = [], services }: Organization): readonly RootFeature[] {
  if (!services.some(({ servicePrincipal }) => servicePrincipal === IAM_SERVICE)) return [];
  return ROOT_FEATURES.filter((feature) => rootFeatures.includes(feature));
}

/** The tasks of root users, by the ARN of the policy that limits a session to them, with the feature that each needs. */
const TASKS: ReadonlyMap<string, RootFeature> = new Map(
  (
    [
      ['IAMAuditRootUserCredentials', 'RootCredentialsManagement'],
      ['IAMCreateRootUserPassword', 'RootCredentialsManagement'],
      ['IAMDeleteRootUserCredentials', 'RootCredentialsManagement'],
      ['S3UnlockBucketPolicy', 'RootSessions'],
      ['SQSUnlockQueuePolicy', 'RootSessions'],
    ] as const
  ).map(([name, feature]) => [`arn:aws:iam::aws:policy/root-task/${name}`, feature]),
);

/** The feature that a task needs; `undefined` if the policy is not one of a task. */
export const featureOfTask = (taskPolicyArn: string): RootFeature | undefined => TASKS.get(taskPolicyArn);

/** What an organization allows to be done as the root user of a member account. */
export interface RootAccess {
  readonly features: readonly RootFeature[];
  readonly administrators: readonly string[];
}

/** For a member account; `undefined` for the management account, which administers its root user itself. */
export function rootAccessTo(organization: Organization, accountId: string): RootAccess | undefined {
  if (accountId === organization.managementAccountId) return undefined;
  if (!organization.accounts.some((account) => account.accountId === accountId)) return undefined;
  return { features: rootFeaturesOf(organization), administrators: rootAdministratorsOf(organization) };
}

/** Whether an account may now do a task as a root user. */
export function allowsTask(
  access: RootAccess | undefined,
  { administratorId, taskPolicyArn }: { readonly administratorId: string; readonly taskPolicyArn: string },
): boolean {
  const feature = featureOfTask(taskPolicyArn);
  if (access === undefined || feature === undefined) return false;
  return access.features.includes(feature) && access.administrators.includes(administratorId);
}
