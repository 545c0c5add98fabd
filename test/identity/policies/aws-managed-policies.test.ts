import { describe, expect, test } from '@jest/globals';
import { type ManagedPolicy, managedPolicyShape } from '../../../src/identity/documents/managed-policy.ts';
import {
  awsManagedPolicies,
  awsManagedPolicyByArn,
  awsManagedPolicyById,
} from '../../../src/identity/policies/aws-managed-policies.ts';
import { defaultDocument } from '../../../src/identity/policies/find-managed-policy.ts';
import { compilePolicyText } from '../../../src/policy/compile/compile-policy.ts';

const policies = awsManagedPolicies();
const documentOf = (name: string): string => {
  const policy = awsManagedPolicyByArn(`arn:aws:iam::aws:policy/${name}`);
  if (policy === undefined) throw new Error(`${name} is missing`);
  return defaultDocument(policy);
};

describe('the AWS managed policies', () => {
  test('are all of AWS’s', () => {
    expect(policies.length).toBeGreaterThan(1500);
  });

  test('are complete, valid, and found by ARN and id', () => {
    const isRight = (policy: ManagedPolicy) =>
      managedPolicyShape.safeParse(policy).success &&
      policy.arn === `arn:aws:iam::aws:policy${policy.path}${policy.policyName}` &&
      /^ANPA[A-Z2-7]{17}$/.test(policy.policyId) &&
      awsManagedPolicyByArn(policy.arn) === policy &&
      awsManagedPolicyById(policy.policyId) === policy;
    expect(policies.filter((policy) => !isRight(policy)).map(({ policyName }) => policyName)).toEqual([]);
  });

  test('can all be compiled for decisions', () => {
    const source = { type: 'managed', id: 'aws' } as const;
    const failed = policies
      .map((policy) => ({ policy, ...compilePolicyText(defaultDocument(policy), source) }))
      .filter(({ error }) => error !== undefined)
      .map(({ policy, error }) => `${policy.policyName}: ${String(error)}`);
    expect(failed).toEqual([]);
  });

  test('are sorted by name, each once', () => {
    const names = policies.map(({ nameKey }) => nameKey);
    expect(names).toEqual([...new Set(names)].sort());
    expect(new Set(policies.map(({ policyId }) => policyId)).size).toBe(names.length);
  });

  test.each([
    'AmazonS3FullAccess',
    'AmazonS3ReadOnlyAccess',
    'job-function/DatabaseAdministrator',
    'service-role/AWSLambdaBasicExecutionRole',
    'aws-service-role/AccessAnalyzerServiceRolePolicy',
    'root-task/IAMAuditRootUserCredentials',
  ])('%s is among them', (name) => {
    expect(JSON.parse(documentOf(name))).toMatchObject({ Version: '2012-10-17' });
  });

  // Attachments store the id.
  test.each([
    ['AdministratorAccess', 'ANPAIWMBCKSKIEE64ZLYK'],
    ['AmazonS3TablesFullAccess', 'ANPAIWPBQLRXKZPDN34GK'],
    ['AWSDenyAll', 'ANPAISOWV7IX53SXXXLDA'],
  ])('%s keeps its id', (name, id) => {
    expect(awsManagedPolicyById(id)?.policyName).toBe(name);
  });

  test.each(['ReadOnlyAccess', 'SecurityAudit'])('%s also reads our own service', (name) => {
    expect(documentOf(name)).toContain('"rolecall:Get*"');
  });

  test('PowerUserAccess excludes our own service', () => {
    expect(JSON.parse(documentOf('PowerUserAccess'))).toMatchObject({
      Statement: [{ NotAction: expect.arrayContaining(['iam:*', 'rolecall:*']) }, expect.anything()],
    });
  });

  test('cannot be changed by accident', () => {
    expect(policies.every((policy) => Object.isFrozen(policy))).toBe(true);
  });
});
