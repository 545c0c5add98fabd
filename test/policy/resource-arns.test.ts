// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables are written so
import { describe, expect, test } from '@jest/globals';
import { ServiceError } from '../../src/kernel/service-error.ts';
import { decide } from '../../src/policy/combine/decide.ts';
import { compilePolicyText } from '../../src/policy/compile/compile-policy.ts';
import { compilePolicySet } from '../../src/policy/compile/policy-set.ts';
import { requireValidPolicy } from '../../src/policy/validate/require-valid-policy.ts';
import { ACCOUNT, callerOf } from './callers.ts';

function refusalOf(resource: string): string | undefined {
  const Statement = { Effect: 'Allow', Action: '*', Resource: resource };
  try {
    requireValidPolicy(JSON.stringify({ Version: '2012-10-17', Statement }), 'identity');
  } catch (error) {
    if (error instanceof ServiceError) return error.message;
    throw error;
  }
  return undefined;
}

/** Forms of ARNs in policies that AWS publishes: managed policies, the user guides, the Service Authorization Reference. */
const ACCEPTED = [
  '*',
  // every partition
  'arn:*:iam::*:role/AWS-QuickSetup-StackSet-Local-ExecutionRole',
  'arn:*:s3:*:*:accesspoint/*/object/*',
  'arn:*:s3:::*/*',
  'arn:*:ec2:*:*:instance/*',
  'arn:*:kms:*:111122223333:key/*',
  'arn:*:logs:*:*:log-group:/aws/lambda/*:*',
  // S3: buckets and objects without region, all else with region and account
  'arn:aws:s3:::bucket',
  'arn:aws:s3:::bucket/*',
  'arn:aws:s3:::*',
  'arn:aws:s3:::${aws:PrincipalTag/team}-bucket/home/${aws:username}/*',
  'arn:aws:s3:*:*:*',
  'arn:aws:s3:*',
  'arn:aws:s3:*:111122223333:*',
  'arn:aws:s3:us-west-2:111122223333:accesspoint/data',
  'arn:aws:s3:us-west-2:111122223333:accesspoint/data/object/*',
  'arn:aws:s3:us-west-2:111122223333:accesspoint:data',
  'arn:aws:s3:*:*:access*',
  'arn:aws:s3::111122223333:accesspoint/m7ypzz6x.mrap',
  'arn:aws:s3:us-west-2:111122223333:job/*',
  'arn:aws:s3:us-west-2:111122223333:storage-lens/default',
  'arn:aws:s3:us-west-2:111122223333:storage-lens-group/all',
  'arn:aws:s3:us-west-2:111122223333:access-grants/default',
  'arn:aws:s3:us-west-2:111122223333:access-grants/default/grant/*',
  'arn:aws:s3:us-west-2:111122223333:access-grants/default/location/default',
  'arn:aws:s3:us-west-2:111122223333:async-request/mrap/*/*',
  'arn:aws:s3:${aws:RequestedRegion}:${aws:PrincipalAccount}:accesspoint/${aws:username}',
  'arn:aws:s3-object-lambda:*:*:accesspoint/*',
  'arn:aws:s3-outposts:us-west-2:111122223333:outpost/op-1/bucket/b',
  'arn:aws:s3express:us-west-2:111122223333:bucket/b--usw2-az1--x-s3',
  // IAM: its resources, all of an account, and the account itself
  'arn:aws:iam::111122223333:root',
  'arn:aws:iam::*:root',
  'arn:aws:iam::*:*',
  'arn:aws:iam::111122223333:user/${aws:username}',
  'arn:aws:iam::*:role/aws-service-role/*.amazonaws.com/AWSServiceRoleFor*',
  'arn:aws:iam::aws:policy/AdministratorAccess',
  'arn:aws:iam::111122223333:mfa/*',
  'arn:aws:iam::111122223333:sms-mfa/*',
  'arn:aws:iam::111122223333:oidc-provider/oidc.eks.*.amazonaws.com/id/*',
  'arn:aws:iam::111122223333:saml-provider/corp',
  'arn:aws:iam::111122223333:server-certificate/team/*',
  'arn:aws:iam::111122223333:instance-profile/*',
  'arn:aws:iam::111122223333:access-report/*',
  'arn:aws:sts::111122223333:assumed-role/worker/*',
  'arn:aws:sts::111122223333:federated-user/carol',
  // every mixture of region, account and separators elsewhere
  'arn:aws:apigateway:*::/restapis/*/stages/*',
  'arn:aws:autoscaling:*:*:autoScalingGroup:*:autoScalingGroupName/web',
  'arn:aws:backup:*:*:recovery-point:*',
  'arn:aws:bedrock-agentcore:*:aws:browser/*',
  'arn:aws:cloudfront::111122223333:distribution/*',
  'arn:aws:codecommit:*',
  'arn:aws:connect:*:aws:view/*:*',
  'arn:aws:dynamodb:*:*:table/*/index/*',
  'arn:aws:ec2:*::image/*',
  'arn:aws:ec2:*::snapshot/snap-?????????????????',
  'arn:aws:eks::aws:cluster-access-policy/*',
  'arn:aws:elasticloadbalancing:*:*:listener/app/*/*/*',
  'arn:aws:events:*:*:rule/*',
  'arn:aws:health:*::event/*/*/*',
  'arn:aws:lambda:*:*:function:*:*',
  'arn:aws:logs:*:*:log-group:/aws/codebuild/*:log-stream:*',
  'arn:aws:mediaconnect:*:offering:*',
  'arn:aws:organizations::aws:policy/service_control_policy/p-*',
  'arn:aws:organizations::111122223333:account/o-*/*',
  'arn:aws:route53:::hostedzone/*',
  'arn:aws:secretsmanager:*:*:secret:rds!db-*',
  'arn:aws:ses:*:111122223333:identity/example.com',
  'arn:aws:sns:*:*:${aws:PrincipalTag/project}-*',
  'arn:aws:sqs:eu-west-1:111122223333:queue',
  'arn:aws:ssm:*::parameter/aws/service/*',
  'arn:aws:ssm:*:*:parameter/*',
  'arn:aws:states:*:*:execution:*:*',
  'arn:aws:wafv2:*:*:*/webacl/*/*',
];

const IAM_PATH = /^IAM resource path must either be "\*", root, or start with user\/, .*, access-report\/\.$/;
const VENDOR = 'Resource vendor must be fully qualified and cannot contain regexes.';

describe('[aws-behaviour 35] a Resource of a saved policy', () => {
  test.each(ACCEPTED)('%s is accepted', (resource) => {
    expect(refusalOf(resource)).toBeUndefined();
  });

  test.each([
    'arn:aws:s3:us-east-1::bucket',
    'arn:aws:s3:us-west-2:123456789:test/athena',
    'arn:aws:s3:*:*:bucket/*',
    'arn:aws:s3:*::bucket*',
    'arn:*:s3:eu-west-1:111122223333:bucket',
    'arn:aws:s3:us-east-1',
  ])('%s is a bucket with a region', (resource) => {
    expect(refusalOf(resource)).toBe(`Resource ${resource} can not contain region information.`);
  });

  test.each([
    'arn:aws:iam::111122223333:account-alias/*',
    'arn:aws:iam::111122223333:*/cdk-*',
    'arn:aws:iam::111122223333:rootless',
    'arn:aws:iam::111122223333:root*',
    'arn:*:iam::*:bucket',
  ])('%s is not an IAM resource', (resource) => {
    expect(refusalOf(resource)).toMatch(IAM_PATH);
  });

  test.each(['arn:aws:*:*:*:*prod*', 'arn:aws:*:*:111122223333:*', 'arn:aws:s?:::bucket', 'arn:*:*:*:*:*'])(
    '%s does not name its service',
    (resource) => {
      expect(refusalOf(resource)).toBe(VENDOR);
    },
  );

  test.each([
    ['aws-cn', 'arn:aws-cn:s3:::bucket'],
    ['aws*', 'arn:aws*:s3:::bucket'],
    ['', 'arn::s3:::bucket'],
  ])('the partition "%s" is not that of %s', (partition, resource) => {
    expect(refusalOf(resource)).toBe(`Partition "${partition}" is not valid for resource "${resource}".`);
  });

  test('a policy saved when a wildcard could name the service still applies', () => {
    const Statement = { Effect: 'Allow', Action: 's3:*', Resource: `arn:aws:*:*:${ACCOUNT}:queue*` };
    const text = JSON.stringify({ Version: '2012-10-17', Statement });
    const identity = compilePolicySet([compilePolicyText(text, { id: 'saved', type: 'managed' })]);
    const allows = (resource: string): boolean => {
      const request = { principal: callerOf('user'), action: 's3:Get', resourceAccountId: ACCOUNT, context: new Map() };
      return decide({ ...request, resource }, { identity }).allowed;
    };
    expect(allows(`arn:aws:sqs:eu-west-1:${ACCOUNT}:queue-1`)).toBe(true);
    expect(allows(`arn:aws:sqs:eu-west-1:${ACCOUNT}:other`)).toBe(false);
  });
});
