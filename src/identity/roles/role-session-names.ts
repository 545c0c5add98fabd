import { parseArn } from '../../kernel/arn.ts';

/** A role session, as named by its ARN. */
export interface NamedSession {
  readonly accountId: string;
  readonly roleName: string;
  readonly sessionName: string;
}

/** Parses the ARN of a role session; `undefined` if the text is not one. */
export function parseSessionArn(text: string): NamedSession | undefined {
  const arn = parseArn(text);
  if (arn?.service !== 'sts') return undefined;
  const [type, roleName, sessionName, ...more] = arn.resource.split('/');
  if (type !== 'assumed-role' || !roleName || !sessionName || more.length > 0) return undefined;
  return { accountId: arn.accountId, roleName, sessionName };
}

/** `AROA…:SESSION`: identifies a session by its role's unique id, which is never reused. */
export function sessionIdOf(roleId: string, sessionName: string): string {
  return `${roleId}:${sessionName}`;
}
