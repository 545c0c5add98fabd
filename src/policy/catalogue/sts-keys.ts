import { ARN, BOOL, type ConditionKey, NUMERIC, STRING, STRINGS } from './condition-key.ts';

const NO_OPERATION = 'the operations that it belongs to are not here';
const NO_CONTEXT = 'there are no context providers';

/** The condition keys of STS, as the Service Authorization Reference lists them. */
export const STS_KEYS = [
  { name: 'sts:ExternalId', ...STRING, origin: 'operation', presence: 'AssumeRole that passes one' },
  { name: 'sts:RoleSessionName', ...STRING, origin: 'operation', presence: 'AssumeRole…' },
  {
    name: 'sts:SourceIdentity',
    ...STRING,
    origin: 'operation',
    presence: 'AssumeRole… that passes a source identity, or inherits one from the calling session',
  },
  {
    name: 'sts:TransitiveTagKeys',
    ...STRINGS,
    origin: 'operation',
    presence: 'AssumeRole… that passes transitive tags, or inherits some from the calling session',
  },
  {
    name: 'sts:DurationSeconds',
    ...NUMERIC,
    origin: 'operation',
    presence: 'GetWebIdentityToken: the duration asked for, or 300',
  },
  { name: 'sts:IdentityTokenAudience', ...STRINGS, origin: 'operation', presence: 'GetWebIdentityToken' },
  { name: 'sts:SigningAlgorithm', ...STRING, origin: 'operation', presence: 'GetWebIdentityToken' },
  { name: 'sts:AWSServiceName', ...STRING, origin: 'none', presence: NO_OPERATION },
  { name: 'sts:TaskPolicyArn', ...ARN, origin: 'operation', presence: 'AssumeRoot' },
  { name: 'sts:RequestContext/*', ...STRING, origin: 'none', presence: NO_CONTEXT },
  { name: 'sts:RequestContextProviders', type: 'arn', multivalued: true, origin: 'none', presence: NO_CONTEXT },
  { name: 'sts:RoleAuthorizedByIdp', ...BOOL, origin: 'none', presence: 'tokens do not name roles' },
] as const satisfies readonly ConditionKey[];
