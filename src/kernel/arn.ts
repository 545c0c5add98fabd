/** A parsed Amazon Resource Name: `arn:partition:service:region:accountId:resource`. */
export interface Arn {
  readonly partition: string;
  readonly service: string;
  readonly region: string;
  readonly accountId: string;
  /** Everything after the fifth colon, for example `user/team/alice`. */
  readonly resource: string;
}

/** Parses an ARN. Returns `undefined` if the text has fewer than six fields, no partition or service, or does not start with `arn`. */
export function parseArn(text: string): Arn | undefined {
  let end = -1;
  for (let field = 0; field < FIELDS_BEFORE_RESOURCE; field++) {
    end = text.indexOf(':', end + 1);
    if (end === -1) return undefined;
  }
  const [prefix, partition, service, region = '', accountId = ''] = text.slice(0, end).split(':');
  if (prefix !== 'arn' || !partition || !service) return undefined;
  return { partition, service, region, accountId, resource: text.slice(end + 1) };
}

const FIELDS_BEFORE_RESOURCE = 5;

/** The ARN of an IAM resource: `iamArn('123456789012', 'user', '/team/', 'alice')`. `path` starts and ends with a slash. */
export function iamArn(accountId: string, type: string, path: string, name: string): string {
  return `arn:aws:iam::${accountId}:${type}${path}${name}`;
}

/** The ARN of an account's root user. */
export function rootArn(accountId: string): string {
  return `arn:aws:iam::${accountId}:root`;
}

/** The ARN of a role session. It does not include the role's path. */
export function assumedRoleArn(accountId: string, roleName: string, sessionName: string): string {
  return `arn:aws:sts::${accountId}:assumed-role/${roleName}/${sessionName}`;
}

/** The ARN of a federated user session. */
export function federatedUserArn(accountId: string, sessionName: string): string {
  return `arn:aws:sts::${accountId}:federated-user/${sessionName}`;
}
