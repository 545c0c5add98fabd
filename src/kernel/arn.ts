/** An Amazon Resource Name taken apart: `arn:partition:service:region:accountId:resource`. */
export interface Arn {
  readonly partition: string;
  readonly service: string;
  readonly region: string;
  readonly accountId: string;
  /** All after the fifth colon, for example `user/team/alice`. */
  readonly resource: string;
}

/** Takes an ARN apart; `undefined` where the text is none (fewer than six fields, or not starting with `arn`). */
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

/** The ARN of a role session; a role's path is not part of it. */
export function assumedRoleArn(accountId: string, roleName: string, sessionName: string): string {
  return `arn:aws:sts::${accountId}:assumed-role/${roleName}/${sessionName}`;
}
