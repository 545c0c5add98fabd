import { ARN, BOOL, type ConditionKey, DATE, IP, NUMERIC, STRING, STRINGS } from './condition-key.ts';

const NO_SERVICE = 'no service calls as a service principal';
const NO_FORWARDING = 'no service calls on behalf of a principal';
const NO_VPC = 'there are no VPC endpoints';
const NO_EC2 = 'no EC2 instance gets credentials here';
const NO_MCP = 'there is no AWS MCP service';

/** The global condition keys (`aws:…`), in the order of AWS's documentation. */
export const GLOBAL_KEYS = [
  // properties of the principal
  {
    name: 'aws:PrincipalArn',
    ...ARN,
    origin: 'caller',
    presence: 'every signed request: the ARN of the user, root user or federated user; of a role session, the role’s',
  },
  {
    name: 'aws:PrincipalAccount',
    ...STRING,
    origin: 'caller',
    presence:
      'every signed request; `anonymous` for one without credentials; absent for a web identity or SAML assertion',
  },
  {
    name: 'aws:PrincipalOrgPaths',
    ...STRINGS,
    origin: 'caller',
    presence: 'signed requests of an account in an organization: `o-…/r-…/ou-…/`, as the account stands now',
  },
  {
    name: 'aws:PrincipalOrgID',
    ...STRING,
    origin: 'caller',
    presence: 'signed requests of an account in an organization: its id',
  },
  {
    name: 'aws:PrincipalTag/*',
    ...STRING,
    origin: 'caller',
    presence: 'a user’s or role’s tags, overridden by those of the session; a federated user has the tags of its user',
  },
  {
    name: 'aws:PrincipalIsAWSService',
    ...BOOL,
    origin: 'caller',
    presence: `every signed request: \`false\`, since ${NO_SERVICE}`,
  },
  { name: 'aws:PrincipalServiceName', ...STRING, origin: 'none', presence: NO_SERVICE },
  { name: 'aws:PrincipalServiceNamesList', ...STRINGS, origin: 'none', presence: NO_SERVICE },
  {
    name: 'aws:PrincipalType',
    ...STRING,
    origin: 'caller',
    presence:
      'every request: `Account` (root user), `User`, `AssumedRole`, `FederatedUser`, `WebIdentity`, `SAML`, `Certificate`, `CustomToken`, `Directory`, `Anonymous`',
  },
  {
    name: 'aws:userid',
    ...STRING,
    origin: 'caller',
    presence:
      'every signed request: the user’s id, `<role id>:<session name>`, `<account id>:<name>` of a federated user, the account id of a root user; `anonymous` without credentials; absent for a web identity or SAML assertion',
  },
  {
    name: 'aws:username',
    ...STRING,
    origin: 'caller',
    presence: 'IAM users alone; absent for roles, federated users and root users',
  },

  // properties of a role session
  { name: 'aws:AssumedRoot', ...BOOL, origin: 'session', presence: 'sessions of AssumeRoot: `true`' },
  {
    name: 'aws:FederatedProvider',
    ...STRING,
    origin: 'session',
    presence:
      'AssumeRoleWithWebIdentity and AssumeRoleWithSAML, the role sessions that they open, and those chained from them: the ARN of the OIDC or SAML provider',
  },
  {
    name: 'aws:TokenIssueTime',
    ...DATE,
    origin: 'session',
    presence: 'temporary credentials: when they were issued; absent for access keys of users and root users',
  },
  { name: 'aws:SignInSessionArn', ...ARN, origin: 'none', presence: 'there are no AWS Sign-In sessions' },
  {
    name: 'aws:MultiFactorAuthAge',
    ...NUMERIC,
    origin: 'session',
    presence: 'temporary credentials that were asked for with MFA: the seconds since then',
  },
  {
    name: 'aws:MultiFactorAuthPresent',
    ...BOOL,
    origin: 'session',
    presence:
      'temporary credentials: whether they were asked for with MFA; absent for long-term access keys and for sessions of federated identities',
  },
  { name: 'aws:ChatbotSourceArn', ...ARN, origin: 'none', presence: 'there are no chat applications' },
  { name: 'aws:Ec2InstanceSourceVpc', ...STRING, origin: 'none', presence: NO_EC2 },
  { name: 'aws:Ec2InstanceSourcePrivateIPv4', ...IP, origin: 'none', presence: NO_EC2 },
  {
    name: 'aws:SourceIdentity',
    ...STRING,
    origin: 'session',
    presence: 'role sessions that were opened with a source identity, and those chained from them',
  },

  // properties of the network
  {
    name: 'aws:SourceIp',
    ...IP,
    origin: 'request',
    presence: 'every request; a proxy’s word for it is taken from trusted ones only',
  },
  { name: 'aws:SourceVpc', ...STRING, origin: 'none', presence: NO_VPC },
  { name: 'aws:SourceVpcArn', ...ARN, origin: 'none', presence: NO_VPC },
  { name: 'aws:SourceVpce', ...STRING, origin: 'none', presence: NO_VPC },
  { name: 'aws:VpceAccount', ...STRING, origin: 'none', presence: NO_VPC },
  { name: 'aws:VpceOrgID', ...STRING, origin: 'none', presence: NO_VPC },
  { name: 'aws:VpceOrgPaths', ...STRINGS, origin: 'none', presence: NO_VPC },
  { name: 'aws:VpcSourceIp', ...IP, origin: 'none', presence: NO_VPC },

  // properties of the resource
  { name: 'aws:ResourceAccount', ...STRING, origin: 'resource', presence: 'every request: the account that owns it' },
  {
    name: 'aws:ResourceOrgPaths',
    ...STRINGS,
    origin: 'resource',
    presence: 'requests to an account in an organization: `o-…/r-…/ou-…/`, as the account stands now',
  },
  {
    name: 'aws:ResourceOrgID',
    ...STRING,
    origin: 'resource',
    presence: 'requests to an account in an organization: its id',
  },
  {
    name: 'aws:ResourceTag/*',
    ...STRING,
    origin: 'resource',
    presence: 'the resource’s tags; while it is being created, those passed in the request',
  },

  // properties of the request
  { name: 'aws:CalledVia', ...STRINGS, origin: 'none', presence: NO_FORWARDING },
  { name: 'aws:CalledViaFirst', ...STRING, origin: 'none', presence: NO_FORWARDING },
  { name: 'aws:CalledViaLast', ...STRING, origin: 'none', presence: NO_FORWARDING },
  {
    name: 'aws:ViaAWSService',
    ...BOOL,
    origin: 'request',
    presence: `every request: \`false\`, since ${NO_FORWARDING}`,
  },
  { name: 'aws:CalledViaAWSMCP', ...STRING, origin: 'none', presence: NO_MCP },
  { name: 'aws:ViaAWSMCPService', ...BOOL, origin: 'none', presence: NO_MCP },
  { name: 'aws:IsMcpServiceAction', ...BOOL, origin: 'none', presence: NO_MCP },
  { name: 'aws:CurrentTime', ...DATE, origin: 'request', presence: 'every request' },
  {
    name: 'aws:EpochTime',
    ...DATE,
    origin: 'request',
    presence: 'every request: seconds since 1970, for the date operators and the numeric ones',
  },
  {
    name: 'aws:referer',
    ...STRING,
    origin: 'request',
    presence: 'requests with the header `Referer`; its first 1,024 characters',
  },
  {
    name: 'aws:RequestedRegion',
    ...STRING,
    origin: 'request',
    presence: 'every signed request: the region that it was signed for',
  },
  { name: 'aws:RequestTag/*', ...STRING, origin: 'request', presence: 'the tags that the request passes' },
  {
    name: 'aws:TagKeys',
    ...STRINGS,
    origin: 'request',
    presence: 'the keys of the tags that the request passes, or takes away',
  },
  { name: 'aws:SecureTransport', ...BOOL, origin: 'request', presence: 'every request: whether it came by TLS' },
  { name: 'aws:SourceAccount', ...STRING, origin: 'none', presence: NO_SERVICE },
  { name: 'aws:SourceArn', ...ARN, origin: 'none', presence: NO_SERVICE },
  { name: 'aws:SourceOrgID', ...STRING, origin: 'none', presence: NO_SERVICE },
  { name: 'aws:SourceOrgPaths', ...STRINGS, origin: 'none', presence: NO_SERVICE },
  {
    name: 'aws:UserAgent',
    ...STRING,
    origin: 'request',
    presence: 'requests with the header `User-Agent`; its first 1,024 characters',
  },
] as const satisfies readonly ConditionKey[];
