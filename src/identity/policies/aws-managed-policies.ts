import { MAX_TEXT_LENGTH } from '../../policy/document/parse-json.ts';
import { foldName } from '../documents/entity.ts';
import type { ManagedPolicy } from '../documents/managed-policy.ts';
import { withOwnActions } from './aws-policies-with-own-actions.ts';
import { AWS_POLICY_DOCUMENTS, AWS_POLICY_HEADS } from './aws-policy-data.ts';
import { type AwsPolicyDocument, type AwsPolicyHead, readDocuments, readHeads } from './read-aws-policies.ts';

/** The account field in the ARNs of AWS managed policies, which belong to no single account. */
export const AWS_ACCOUNT = 'aws';

/** The source of the others has no descriptions. */
const DESCRIPTIONS: ReadonlyMap<string, string> = new Map([
  ['AdministratorAccess', 'Provides full access to AWS services and resources.'],
  ['IAMFullAccess', 'Provides full access to IAM via the AWS Management Console.'],
  ['IAMReadOnlyAccess', 'Provides read only access to IAM via the AWS Management Console.'],
  ['IAMUserChangePassword', 'Provides the ability for an IAM user to change their own password.'],
  [
    'PowerUserAccess',
    'Provides full access to AWS services and resources, but does not allow management of Users and groups.',
  ],
  ['ReadOnlyAccess', 'Provides read-only access to AWS services and resources.'],
  [
    'SecurityAudit',
    'The security audit template grants access to read security configuration metadata. It is useful for software that audits the configuration of an AWS account.',
  ],
]);

/** The number of spaces by which AWS indents its documents. */
const INDENT = 4;

/** A document as AWS returns it. Without white space if it were too long to be evaluated otherwise. */
function written(document: AwsPolicyDocument): string {
  const text = JSON.stringify(document, undefined, INDENT);
  return text.length <= MAX_TEXT_LENGTH ? text : JSON.stringify(document);
}

function managedPolicy({ name, path, id, version, created, updated }: AwsPolicyHead, text: () => string) {
  const versionId = `v${version}`;
  const description = DESCRIPTIONS.get(name);
  let document: string | undefined;
  const policy: ManagedPolicy = {
    accountId: AWS_ACCOUNT,
    policyId: id,
    policyName: name,
    nameKey: foldName(name),
    path,
    arn: `arn:aws:iam::${AWS_ACCOUNT}:policy${path}${name}`,
    ...(description === undefined ? {} : { description }),
    createdAt: created,
    updatedAt: updated,
    defaultVersionId: versionId,
    versions: [
      {
        versionId,
        createdAt: updated,
        // Lists need no documents, and most policies are never attached.
        get document() {
          document ??= written(withOwnActions(name, JSON.parse(text()) as AwsPolicyDocument));
          return document;
        },
      },
    ],
    nextVersion: version + 1,
    tags: [],
  };
  return Object.freeze(policy);
}

interface Catalogue {
  readonly policies: readonly ManagedPolicy[];
  readonly byArn: ReadonlyMap<string, ManagedPolicy>;
  readonly byId: ReadonlyMap<string, ManagedPolicy>;
}

let opened: Catalogue | undefined;
let documents: readonly string[] | undefined;

function documentAt(line: number): string {
  documents ??= readDocuments(AWS_POLICY_DOCUMENTS);
  const text = documents[line];
  if (text === undefined) throw new Error(`there is no AWS managed policy ${line}`);
  return text;
}

/** Unpacked on first use, to keep startup fast. */
function catalogue(): Catalogue {
  if (opened) return opened;
  const policies = readHeads(AWS_POLICY_HEADS)
    .map((head, line) => managedPolicy(head, () => documentAt(line)))
    .sort((a, b) => (a.nameKey < b.nameKey ? -1 : 1));
  opened = {
    policies,
    byArn: new Map(policies.map((policy) => [policy.arn, policy])),
    byId: new Map(policies.map((policy) => [policy.policyId, policy])),
  };
  return opened;
}

/**
 * The AWS managed policies, sorted by name: the same in every account, and immutable. Names, ids, dates and grants are AWS's; some also
 * speak of the service `rolecall` (`aws-policies-with-own-actions.ts`).
 */
export function awsManagedPolicies(): readonly ManagedPolicy[] {
  return catalogue().policies;
}

/** Whether an ARN is that of an AWS managed policy, even one that this server does not have. */
export function isAwsManagedArn(arn: string): boolean {
  return arn.startsWith(`arn:aws:iam::${AWS_ACCOUNT}:policy/`);
}

export function awsManagedPolicyByArn(arn: string): ManagedPolicy | undefined {
  return catalogue().byArn.get(arn);
}

export function awsManagedPolicyById(policyId: string): ManagedPolicy | undefined {
  return catalogue().byId.get(policyId);
}
