import { describe, expect, test } from '@jest/globals';
import { managedPolicyShape } from '../../../src/identity/documents/managed-policy.ts';
import {
  ADMINISTRATOR_ACCESS,
  AWS_MANAGED_POLICIES,
  awsManagedPolicyByArn,
  awsManagedPolicyById,
} from '../../../src/identity/policies/aws-managed-policies.ts';
import { defaultDocument } from '../../../src/identity/policies/find-managed-policy.ts';
import { requirePolicyDocument } from '../../../src/identity/policies/policy-document.ts';

describe('the AWS managed policies', () => {
  test.each(AWS_MANAGED_POLICIES.map((policy) => [policy.policyName, policy] as const))(
    '%s is complete, valid, and found by its ARN and id',
    (name, policy) => {
      expect(managedPolicyShape.parse(policy)).toEqual(policy);
      expect(policy.arn).toBe(`arn:aws:iam::aws:policy${policy.path}${name}`);
      expect(policy.policyId).toMatch(/^ANPA[A-Z2-7]{17}$/);
      expect(() => requirePolicyDocument(defaultDocument(policy))).not.toThrow();
      expect(awsManagedPolicyByArn(policy.arn)).toBe(policy);
      expect(awsManagedPolicyById(policy.policyId)).toBe(policy);
    },
  );

  test('are sorted by name, each once', () => {
    const names = AWS_MANAGED_POLICIES.map(({ nameKey }) => nameKey);
    expect(names).toEqual([...new Set(names)].sort());
    expect(new Set(AWS_MANAGED_POLICIES.map(({ policyId }) => policyId)).size).toBe(names.length);
  });

  test.each(['AmazonS3FullAccess', 'AmazonS3ReadOnlyAccess', 'service-role/AWSLambdaBasicExecutionRole'])(
    '%s is among them',
    (name) => {
      expect(awsManagedPolicyByArn(`arn:aws:iam::aws:policy/${name}`)).toBeDefined();
    },
  );

  test('cannot be changed by accident', () => {
    expect(Object.isFrozen(ADMINISTRATOR_ACCESS)).toBe(true);
  });
});
