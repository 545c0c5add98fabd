import { SIGN_IN_CONDITIONS } from '../identity/credentials/sign-in-conditions.ts';
import { DEFAULT_TIME_ZONE } from '../identity/documents/account.ts';
import type { Tag } from '../identity/documents/entity.ts';
import type { Caller, SessionFacts } from '../identity/sessions/caller.ts';
import { timeInZone } from '../kernel/time-in-zone.ts';
import { conditionKeyName, type KeyNameFrom } from '../policy/catalogue/catalogue.ts';
import type { ContextValue, RequestContext } from '../policy/request.ts';
import type { OrganizationsOfCall } from './control-layers.ts';
import type { RequestSource } from './request-source.ts';
import { TagReadings } from './tag-readings.ts';
import type { Target } from './target.ts';

/** The input from which condition keys are computed. */
export interface ContextFacts {
  /** `undefined` for unsigned operations. */
  readonly caller: Caller | undefined;
  /** The tags of the user or role, overridden by those of the session. */
  readonly principalTags: readonly Tag[];
  readonly source: RequestSource;
  /** ms since the epoch. */
  readonly now: number;
  readonly target: Target;
  /** The time zone of the account that owns the resource. Default: UTC. */
  readonly timeZone?: string;
  /** Absent where organizations are not known. */
  readonly organizations?: OrganizationsOfCall;
}

type ReadKey = (facts: ContextFacts) => ContextValue | undefined;
type ReadTags = (facts: ContextFacts) => readonly Tag[] | undefined;

/** The catalogue keys computed here. The tables below do not compile if a key is missing or unknown. */
type LiveKey = KeyNameFrom<'request' | 'caller' | 'session' | 'resource'>;
type TagFamily = Extract<LiveKey, `${string}/*`>;

const isoSeconds = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

/** Whether the request has no principal that belongs to an account: it is unsigned, or carries a web identity token but no role yet. */
const isAnonymous = ({ caller, target }: ContextFacts): boolean =>
  caller === undefined && (target.principal === undefined || target.principal.type === 'Anonymous');

/** The keys that any request may have; `undefined` if absent. Each key is present or absent as in AWS. */
const READERS: Readonly<Record<Exclude<LiveKey, TagFamily>, ReadKey>> = {
  'aws:currenttime': ({ now }) => isoSeconds(now),
  'aws:epochtime': ({ now }) => String(Math.floor(now / 1000)),
  'aws:sourceip': ({ source }) => source.ip,
  'aws:useragent': ({ source }) => source.userAgent,
  'aws:referer': ({ source }) => source.referer,
  'aws:securetransport': ({ source }) => String(source.secure),
  'aws:requestedregion': ({ source }) => source.region,
  'aws:viaawsservice': () => 'false',
  'aws:tagkeys': ({ target }) => target.requestTags?.map((tag) => tag.key),
  'aws:resourceaccount': ({ target }) => target.resourceAccountId,
  'aws:principalisawsservice': ({ caller }) => (caller === undefined ? undefined : 'false'),
  'aws:principalarn': ({ caller }) => (caller?.type === 'AssumedRole' ? caller.roleArn : caller?.arn),
  'aws:principalaccount': (facts) => (isAnonymous(facts) ? 'anonymous' : facts.caller?.accountId),
  'aws:principalorgid': ({ organizations }) => organizations?.principal?.organizationId,
  'aws:principalorgpaths': ({ organizations }) => organizations?.principal?.orgPaths,
  'aws:resourceorgid': ({ organizations }) => organizations?.resource?.organizationId,
  'aws:resourceorgpaths': ({ organizations }) => organizations?.resource?.orgPaths,
  'aws:principaltype': ({ caller, target }) => caller?.type ?? target.principal?.type ?? 'Anonymous',
  'aws:userid': (facts) => (isAnonymous(facts) ? 'anonymous' : facts.caller?.userId),
  'aws:username': ({ caller }) => (caller?.type === 'User' ? caller.userName : undefined),
  'aws:tokenissuetime': ({ caller }) => caller?.session && isoSeconds(issuedAtOf(caller.session)),
  'aws:multifactorauthpresent': ({ caller }) => {
    const session = caller?.session;
    if (session === undefined) return undefined;
    if (session.mfaAuthenticatedAt !== undefined) return 'true';
    // Only the identity provider knows whether a federated identity signed in with a second factor.
    return session.federatedProvider === undefined ? 'false' : undefined;
  },
  'aws:multifactorauthage': ({ caller, now }) => {
    const shown = caller?.session?.mfaAuthenticatedAt;
    return shown === undefined ? undefined : String(Math.max(0, Math.floor((now - shown) / 1000)));
  },
  'aws:assumedroot': ({ caller }) => (caller?.session?.assumedRoot === undefined ? undefined : 'true'),
  'aws:sourceidentity': ({ caller }) => caller?.session?.sourceIdentity,
  'aws:federatedprovider': ({ caller }) => caller?.session?.federatedProvider,
  'rolecall:hourofday': ({ now, timeZone = DEFAULT_TIME_ZONE }) => String(timeInZone(now, timeZone).hour),
  'rolecall:dayofweek': ({ now, timeZone = DEFAULT_TIME_ZONE }) => timeInZone(now, timeZone).weekday,
  'rolecall:resourceprivileged': ({ target }) =>
    ROLE_OR_GROUP.test(target.resource) ? String(target.isResourcePrivileged === true) : undefined,
  'signin:strength': (facts) => signInValue(facts, 'signin:strength'),
  'signin:acr': (facts) => signInValue(facts, 'signin:acr'),
  'signin:age': (facts) => signInValue(facts, 'signin:age'),
  'signin:connector': (facts) => signInValue(facts, 'signin:connector'),
};

/**
 * Revoking older sessions of a role or user also ends what they approved before, whenever the credentials were fetched. A role session that
 * delegated credentials opened has its own time.
 */
function issuedAtOf({ issuedAt, delegation, isChained }: SessionFacts): number {
  return delegation === undefined || isChained === true ? issuedAt : delegation.acceptedAt;
}

function signInValue({ caller, now }: ContextFacts, key: keyof typeof SIGN_IN_CONDITIONS): string | undefined {
  const session = caller?.session;
  const signIn = session?.signIn;
  // How the approver signed in says nothing about the one who uses the session. Where the approver comes from stays a fact.
  if (session?.delegation !== undefined && key !== 'signin:connector') return undefined;
  return signIn && SIGN_IN_CONDITIONS[key](signIn, now);
}

/** The families of keys whose names end in a tag key. */
const TAG_READERS: Readonly<Record<TagFamily, ReadTags>> = {
  'aws:principaltag/*': ({ principalTags }) => principalTags,
  'aws:requesttag/*': ({ target }) => target.requestTags,
  'aws:resourcetag/*': ({ target }) => target.resourceTags,
  'iam:resourcetag/*': ({ target }) => (USER_OR_ROLE.test(target.resource) ? target.resourceTags : undefined),
};
/** The resources with `iam:ResourceTag/*`; other tagged resources only have `aws:ResourceTag/*`. */
const USER_OR_ROLE = /^arn:[^:]*:iam::[^:]*:(?:user|role)\//;

/** The resources that can be marked as privileged. */
const ROLE_OR_GROUP = /^arn:[^:]*:iam::[^:]*:(?:role|group)\//;

const KEYS = new Map<string, ReadKey>(Object.entries(READERS));
const TAG_FAMILIES = Object.entries(TAG_READERS).map(([name, read]) => [name.slice(0, -1), read] as const);

/** The condition keys of a live request. */
export interface LiveContext extends RequestContext {
  /** All keys that have a value, in AWS's spelling; for the record of a denial. */
  entries(): readonly (readonly [name: string, value: ContextValue])[];
  /** Moves to the next combination of tags that differ only in case, among those used so far; `false` if there are no more. */
  nextReading(): boolean;
}

/**
 * The condition keys of a live request, each computed when a policy first uses it. The target's own keys
 * (`sts:ExternalId`, the claims of a web identity) take precedence over those common to all requests.
 */
export function requestContext(facts: ContextFacts): LiveContext {
  let readings: TagReadings | undefined;
  const choose = (key: string, values: readonly string[]): string => {
    readings ??= new TagReadings();
    return readings.choose(key, values);
  };
  return {
    get: (key) => readKey(facts, key, choose),
    entries: () => readAll(facts),
    nextReading: () => readings?.next() ?? false,
  };
}

/** Chooses the value of a key that matches several tags. */
type Choose = (key: string, values: readonly string[]) => string;

function readKey(facts: ContextFacts, key: string, choose: Choose): ContextValue | undefined {
  const own = facts.target.conditions?.get(key);
  if (own !== undefined) return own;
  const read = KEYS.get(key);
  if (read !== undefined) return read(facts);
  for (const [prefix, tags] of TAG_FAMILIES) {
    if (!key.startsWith(prefix)) continue;
    return tagValue(tags(facts), key.slice(prefix.length), (values) => choose(key, values));
  }
  const claims = facts.caller?.session?.federatedClaims;
  return claims !== undefined && Object.hasOwn(claims, key) ? claims[key] : undefined;
}

function readAll(facts: ContextFacts): readonly (readonly [string, ContextValue])[] {
  const values = new Map<string, ContextValue>(Object.entries(facts.caller?.session?.federatedClaims ?? {}));
  for (const [prefix, tags] of TAG_FAMILIES) {
    for (const { key, value } of tags(facts) ?? []) values.set(`${prefix}${key}`, value);
  }
  for (const [key, read] of KEYS) {
    const value = read(facts);
    if (value !== undefined) values.set(key, value);
  }
  for (const [key, value] of facts.target.conditions ?? []) values.set(key, value);
  return [...values].map(([key, value]) => [conditionKeyName(key), value] as const);
}

/** The value of the tag that matches `lowerCaseKey`, ignoring case; if several match, the chosen one. */
function tagValue(
  tags: readonly Tag[] | undefined,
  lowerCaseKey: string,
  choose: (values: readonly string[]) => string,
): string | undefined {
  const isMeant = (tag: Tag): boolean => tag.key.toLowerCase() === lowerCaseKey;
  const first = tags?.findIndex(isMeant) ?? -1;
  if (tags === undefined || first < 0) return undefined;
  const isAlone = tags.findLastIndex(isMeant) === first;
  return isAlone ? tags[first]?.value : choose(tags.filter(isMeant).map(({ value }) => value));
}

/** Merges two lists of tags. If two tags have the same key, ignoring case, the one in `over` wins. */
export function overrideTags(tags: readonly Tag[], over: readonly Tag[]): readonly Tag[] {
  if (over.length === 0) return tags;
  const taken = new Set(over.map((tag) => tag.key.toLowerCase()));
  return [...tags.filter((tag) => !taken.has(tag.key.toLowerCase())), ...over];
}

/** Session tags override those of a role. Those of a user come first: they are an administrator's, and the session's a provider's. */
export function principalTagsOf(caller: Caller | undefined, own: readonly Tag[]): readonly Tag[] {
  const ofSession = caller?.session?.tags ?? [];
  return caller?.type === 'User' ? overrideTags(ofSession, own) : overrideTags(own, ofSession);
}
