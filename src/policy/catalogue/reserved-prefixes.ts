import { CATALOGUE } from './catalogue.ts';

/** Names of this server's parts. Keys that begin with them look like statements of this server, whether or not it has such keys today. */
const OWN = ['rolecall', 'signin', 'login', 'token', 'oidc', 'console', 'session'];

/** Prefixes of AWS services that role policies name, beside those of the catalogue (Service Authorization Reference). */
const SERVICES =
  `access-analyzer account acm apigateway appconfig application-autoscaling athena autoscaling backup batch bedrock billing
  cloudformation cloudfront cloudtrail cloudwatch codeartifact codecommit codedeploy codepipeline cognito-identity cognito-idp config
  connect dms ds dynamodb ebs ecr ecs eks elasticache elasticfilesystem elasticloadbalancing elasticmapreduce es events execute-api
  firehose fsx guardduty health inspector iot kafka kinesis kms lakeformation license-manager logs mq network-firewall organizations
  ram rds redshift resource-groups rolesanywhere route53 s3 s3-object-lambda s3express sagemaker scheduler secretsmanager securityhub
  servicecatalog ses shield sns sqs sso sso-directory sso-oauth states support tag transfer trustedadvisor vpc-lattice waf wafv2
  workspaces xray`.split(/\s+/);

const rows: readonly { readonly name: string }[] = Object.values(CATALOGUE).flat();
const prefixes = rows.map(({ name }) => name.slice(0, name.indexOf(':')).toLowerCase());
const RESERVED: ReadonlySet<string> = new Set([
  ...prefixes.filter((prefix) => /^[\w-]+$/.test(prefix)),
  ...OWN,
  ...SERVICES,
]);

/**
 * Whether condition keys that begin with an issuer's URL (without its scheme) could be taken for those of a service or of this server:
 * `https://signin` would give `signin:Strength`. An issuer with a dot, a port or a path never can.
 */
export function isReservedPrefix(issuer: string): boolean {
  return RESERVED.has(issuer.toLowerCase());
}
