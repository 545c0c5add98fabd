import type { AwsPolicyDocument, AwsStatement } from './read-aws-policies.ts';

const OWN_READS: AwsStatement = {
  Sid: 'RolecallReads',
  Effect: 'Allow',
  Action: ['rolecall:Get*', 'rolecall:List*'],
  Resource: '*',
};

/** Policies that read everything read our own service, too. */
const READ_ALL: ReadonlySet<string> = new Set(['ReadOnlyAccess', 'SecurityAudit']);
/** Allows all but the administration of people. A principal who administers connectors and apps administers people. */
const ALL_BUT_PEOPLE = 'PowerUserAccess';

/** Completes the AWS managed policies about all services for the service `rolecall`, which AWS does not have. */
export function withOwnActions(name: string, document: AwsPolicyDocument): AwsPolicyDocument {
  const { Statement } = document;
  if (READ_ALL.has(name)) return { ...document, Statement: [...Statement, OWN_READS] };
  if (name !== ALL_BUT_PEOPLE) return document;
  return { ...document, Statement: Statement.map(excludeOwnActions) };
}

function excludeOwnActions(statement: AwsStatement): AwsStatement {
  const { NotAction } = statement;
  return Array.isArray(NotAction) ? { ...statement, NotAction: [...(NotAction as string[]), 'rolecall:*'] } : statement;
}
