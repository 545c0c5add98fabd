import { requestContext } from '../authorize/context.ts';
import type { Tag } from '../identity/documents/entity.ts';
import type { Caller, SessionFacts } from '../identity/sessions/caller.ts';
import type { ContextValue, RequestContext, RequestPrincipal } from '../policy/request.ts';
import type { Entity, EntityName } from './entity.ts';
import { parseEntityArn } from './entity.ts';
import { invalidInput } from './invalid-input.ts';

/** The assumed caller of a simulated request. */
export interface SimulatedCaller {
  readonly type: EntityName['type'];
  readonly accountId: string;
  /** As resource policies see it. A group is not a principal, so for a group this is a member about whom nothing else is known. */
  readonly principal: RequestPrincipal;
  readonly caller: Caller;
  readonly tags: readonly Tag[];
  /** The condition keys, in lower case, whose values are known even if the request does not give them. */
  readonly knownKeys: ReadonlySet<string>;
}

/** Condition keys that are known for every request, regardless of the caller. */
const OF_REQUEST = ['aws:currenttime', 'aws:epochtime'];
const RESOURCE_ACCOUNT = 'aws:resourceaccount';
const OF_MEMBER = ['aws:principalaccount', 'aws:principaltype', 'aws:principalisawsservice'];
const OF_ROLE = [...OF_MEMBER, 'aws:principalarn'];
const OF_USER = [...OF_ROLE, 'aws:username'];
const PRINCIPAL_TAG = 'aws:principaltag/';

/** A placeholder session, because the live engine needs one. None of its condition keys counts as known. */
const NO_SESSION: SessionFacts = {
  issuedAt: 0,
  expiresAt: 0,
  tags: [],
  transitiveTagKeys: [],
  sessionPolicies: [],
  sessionPolicyArns: [],
};

/** The default caller when simulating an entity's policies: the entity itself, with its stored id and tags. */
export function entityCaller(entity: Entity): SimulatedCaller {
  switch (entity.type) {
    case 'user': {
      const { accountId, userName: name, userId: uniqueId, tags } = entity.user;
      return userCaller({ arn: entity.arn, type: 'user', accountId, name }, { uniqueId, tags });
    }
    case 'group': {
      const { accountId, groupName: name } = entity.group;
      return memberCaller({ arn: entity.arn, type: 'group', accountId, name });
    }
    case 'role': {
      const { accountId, roleName: name, roleId: uniqueId, tags } = entity.role;
      return roleCaller({ arn: entity.arn, type: 'role', accountId, name }, { uniqueId, tags });
    }
  }
}

/**
 * The caller named by a `CallerArn`. It need not exist and is not looked up, so a simulation cannot reveal its tags.
 * @throws {ServiceError} InvalidInput if it is not a user, group or role.
 */
export function namedCaller(callerArn: string): SimulatedCaller {
  const named = parseEntityArn(callerArn);
  if (named === undefined) {
    throw invalidInput('Invalid caller - Caller must be an IAM user, group or role in this context.');
  }
  const unknown = { uniqueId: '', tags: [] };
  if (named.type === 'group') return memberCaller(named);
  return named.type === 'user' ? userCaller(named, unknown) : roleCaller(named, unknown);
}

interface OnRecord {
  /** Empty if unknown. */
  readonly uniqueId: string;
  readonly tags: readonly Tag[];
}

/** A user as the caller of a simulated request. */
export function userCaller({ arn, accountId, name }: EntityName, { uniqueId, tags }: OnRecord): SimulatedCaller {
  const base = { accountId, arn, userId: uniqueId, accessKeyId: '' };
  return {
    type: 'user',
    accountId,
    principal: { type: 'User', arn, accountId, uniqueId },
    caller: { ...base, type: 'User', userName: name, uniqueId },
    tags,
    knownKeys: new Set([...OF_REQUEST, ...OF_USER, ...(uniqueId === '' ? [] : ['aws:userid'])]),
  };
}

/** A session of the role. Its session name is unknown, and so are its own ARN and `aws:userid`. */
function roleCaller({ arn, accountId, name }: EntityName, { uniqueId, tags }: OnRecord): SimulatedCaller {
  const base = { accountId, arn: '', userId: '', accessKeyId: '' };
  return {
    type: 'role',
    accountId,
    principal: { type: 'AssumedRole', arn: '', accountId, uniqueId, roleArn: arn },
    caller: {
      ...base,
      type: 'AssumedRole',
      roleName: name,
      uniqueId,
      roleArn: arn,
      sessionName: '',
      session: NO_SESSION,
    },
    tags,
    knownKeys: new Set([...OF_REQUEST, ...OF_ROLE]),
  };
}

function memberCaller({ accountId }: EntityName): SimulatedCaller {
  return {
    type: 'group',
    accountId,
    principal: { type: 'User', arn: '', accountId, uniqueId: '' },
    caller: { type: 'User', accountId, arn: '', userId: '', accessKeyId: '', userName: '', uniqueId: '' },
    tags: [],
    knownKeys: new Set([...OF_REQUEST, ...OF_MEMBER]),
  };
}

export interface SimulatedContext {
  /** The values given in the request. They take precedence over known values. */
  readonly given: ReadonlyMap<string, ContextValue>;
  readonly caller: SimulatedCaller | undefined;
  readonly resource: string;
  /** Empty if unknown. */
  readonly resourceAccountId: string;
  /** ms since the epoch. */
  readonly now: number;
}

/** The condition keys of a simulated request: the given ones, and those of the live engine's whose values are known. */
export function simulatedContext({
  given,
  caller,
  resource,
  resourceAccountId,
  now,
}: SimulatedContext): RequestContext {
  const live = requestContext({
    caller: caller?.caller,
    principalTags: caller?.tags ?? [],
    source: { ip: '', userAgent: undefined, referer: undefined, secure: true, region: undefined },
    now,
    target: { action: '', resource, resourceAccountId },
  });
  const known = caller?.knownKeys ?? new Set(OF_REQUEST);
  return {
    get(key) {
      const value = given.get(key);
      if (value !== undefined) return value;
      if (key === RESOURCE_ACCOUNT) return resourceAccountId === '' ? undefined : resourceAccountId;
      return known.has(key) || key.startsWith(PRINCIPAL_TAG) ? live.get(key) : undefined;
    },
  };
}
