import type { Tag } from '../identity/documents/entity.ts';
import type { Caller } from '../identity/sessions/caller.ts';
import { conditionKeyName, type KeyNameFrom } from '../policy/catalogue/catalogue.ts';
import type { ContextValue, RequestContext } from '../policy/request.ts';
import type { RequestSource } from './request-source.ts';
import { TagReadings } from './tag-readings.ts';
import type { Target } from './target.ts';

/** All that condition keys are worked out of. */
export interface ContextFacts {
  /** `undefined` for operations without signature. */
  readonly caller: Caller | undefined;
  /** The caller's tags: of the user or role, with the session's laid over them. */
  readonly principalTags: readonly Tag[];
  readonly source: RequestSource;
  /** ms since the epoch. */
  readonly now: number;
  readonly target: Target;
}

type ReadKey = (facts: ContextFacts) => ContextValue | undefined;
type ReadTags = (facts: ContextFacts) => readonly Tag[] | undefined;

/** What is read here, by the catalogue: the tables below do not compile where one is missing, or is not in the catalogue. */
type LiveKey = KeyNameFrom<'request' | 'caller' | 'session' | 'resource'>;
type TagFamily = Extract<LiveKey, `${string}/*`>;

const isoSeconds = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

/** Whether a request has no principal of an account: it is unsigned, or comes with a web identity token and no role yet. */
const isAnonymous = ({ caller, target }: ContextFacts): boolean =>
  caller === undefined && (target.principal === undefined || target.principal.type === 'Anonymous');

/** The keys that every request may have. Absent ones answer `undefined`. The rules of presence are AWS's, key by key. */
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
  'aws:principaltype': ({ caller, target }) => caller?.type ?? target.principal?.type ?? 'Anonymous',
  'aws:userid': (facts) => (isAnonymous(facts) ? 'anonymous' : facts.caller?.userId),
  'aws:username': ({ caller }) => (caller?.type === 'User' ? caller.userName : undefined),
  'aws:tokenissuetime': ({ caller }) => caller?.session && isoSeconds(caller.session.issuedAt),
  'aws:multifactorauthpresent': ({ caller }) => {
    const session = caller?.session;
    if (session === undefined) return undefined;
    if (session.mfaAuthenticatedAt !== undefined) return 'true';
    // Whether a federated identity signed in with a second factor is for its provider to say.
    return session.federatedProvider === undefined ? 'false' : undefined;
  },
  'aws:multifactorauthage': ({ caller, now }) => {
    const shown = caller?.session?.mfaAuthenticatedAt;
    return shown === undefined ? undefined : String(Math.max(0, Math.floor((now - shown) / 1000)));
  },
  'aws:sourceidentity': ({ caller }) => caller?.session?.sourceIdentity,
  'aws:federatedprovider': ({ caller }) => caller?.session?.federatedProvider,
};

/** The families of keys that end in a tag's key. */
const TAG_READERS: Readonly<Record<TagFamily, ReadTags>> = {
  'aws:principaltag/*': ({ principalTags }) => principalTags,
  'aws:requesttag/*': ({ target }) => target.requestTags,
  'aws:resourcetag/*': ({ target }) => target.resourceTags,
  'iam:resourcetag/*': ({ target }) => (USER_OR_ROLE.test(target.resource) ? target.resourceTags : undefined),
};
/** What has `iam:ResourceTag/*`; all else that is tagged has `aws:ResourceTag/*` alone. */
const USER_OR_ROLE = /^arn:[^:]*:iam::[^:]*:(?:user|role)\//;

const KEYS = new Map<string, ReadKey>(Object.entries(READERS));
const TAG_FAMILIES = Object.entries(TAG_READERS).map(([name, read]) => [name.slice(0, -1), read] as const);

/** The condition keys of a live request. */
export interface LiveContext extends RequestContext {
  /** All keys that have a value, as AWS writes them; for the record of a denial. */
  entries(): readonly (readonly [name: string, value: ContextValue])[];
  /** Goes on to the next choice between tags that differ in case alone, as far as they were asked for; `false` if there is none. */
  nextReading(): boolean;
}

/**
 * The condition keys of a live request, each worked out when a policy first asks for it. What the target says itself
 * (`sts:ExternalId`, the claims of a web identity) comes before what holds for every request.
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

/** Chooses between the values of a key that stands for several tags. */
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

/** The value of the tag with this key but for case, or the chosen one if there are several; `lowerCaseKey` is in lower case. */
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

/** Tags with others laid over them: of two with the same key (without regard to case) the later one holds. */
export function layTagsOver(tags: readonly Tag[], over: readonly Tag[]): readonly Tag[] {
  if (over.length === 0) return tags;
  const taken = new Set(over.map((tag) => tag.key.toLowerCase()));
  return [...tags.filter((tag) => !taken.has(tag.key.toLowerCase())), ...over];
}
