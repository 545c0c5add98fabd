import type { Tag } from '../identity/entity.ts';
import type { Caller } from '../identity/sessions/caller.ts';
import type { ContextValue, RequestContext } from '../policy/request.ts';
import type { RequestSource } from './request-source.ts';
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

const isoSeconds = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

/** The condition keys that every request may have, by name in lower case. Absent ones answer `undefined`. */
const KEYS: ReadonlyMap<string, ReadKey> = new Map<string, ReadKey>([
  ['aws:currenttime', ({ now }) => isoSeconds(now)],
  ['aws:epochtime', ({ now }) => String(Math.floor(now / 1000))],
  ['aws:sourceip', ({ source }) => source.ip],
  ['aws:useragent', ({ source }) => source.userAgent],
  ['aws:referer', ({ source }) => source.referer],
  ['aws:securetransport', ({ source }) => String(source.secure)],
  ['aws:requestedregion', ({ source }) => source.region],
  ['aws:viaawsservice', () => 'false'],
  ['aws:principalisawsservice', () => 'false'],
  ['aws:resourceaccount', ({ target }) => target.resourceAccountId],
  ['aws:principalarn', ({ caller }) => (caller?.type === 'AssumedRole' ? caller.roleArn : caller?.arn)],
  ['aws:principalaccount', ({ caller }) => caller?.accountId],
  ['aws:principaltype', ({ caller, target }) => caller?.type ?? target.principal?.type],
  ['aws:userid', ({ caller }) => caller?.userId],
  ['aws:username', ({ caller }) => (caller?.type === 'User' ? caller.userName : undefined)],
  ['aws:tokenissuetime', ({ caller }) => caller?.session && isoSeconds(caller.session.issuedAt)],
  [
    'aws:multifactorauthpresent',
    ({ caller }) => caller?.session && String(caller.session.mfaAuthenticatedAt !== undefined),
  ],
  [
    'aws:multifactorauthage',
    ({ caller, now }) => {
      const shown = caller?.session?.mfaAuthenticatedAt;
      return shown === undefined ? undefined : String(Math.max(0, Math.floor((now - shown) / 1000)));
    },
  ],
  ['aws:sourceidentity', ({ caller }) => caller?.session?.sourceIdentity],
  ['aws:federatedprovider', ({ caller }) => caller?.session?.federatedProvider],
  ['aws:tagkeys', ({ target }) => target.requestTags?.map((tag) => tag.key)],
]);

/** The families of keys that end in a tag's key. */
const TAG_FAMILIES: readonly (readonly [string, (facts: ContextFacts) => readonly Tag[] | undefined])[] = [
  ['aws:principaltag/', ({ principalTags }) => principalTags],
  ['aws:requesttag/', ({ target }) => target.requestTags],
  ['aws:resourcetag/', ({ target }) => target.resourceTags],
  ['iam:resourcetag/', ({ target }) => target.resourceTags],
];

/**
 * The condition keys of a live request, each worked out when a policy first asks for it. What the target says itself
 * (`sts:ExternalId`, the claims of a web identity) comes before what holds for every request.
 */
export function requestContext(facts: ContextFacts): RequestContext {
  return {
    get(key) {
      const own = facts.target.conditions?.get(key);
      if (own !== undefined) return own;
      const read = KEYS.get(key);
      if (read !== undefined) return read(facts);
      for (const [prefix, tags] of TAG_FAMILIES) {
        if (key.startsWith(prefix)) return tagValue(tags(facts), key.slice(prefix.length));
      }
      const claims = facts.caller?.session?.federatedClaims;
      return claims !== undefined && Object.hasOwn(claims, key) ? claims[key] : undefined;
    },
  };
}

/** Tag keys compare without case; `lowerCaseKey` is in lower case. */
function tagValue(tags: readonly Tag[] | undefined, lowerCaseKey: string): string | undefined {
  return tags?.find((tag) => tag.key.toLowerCase() === lowerCaseKey)?.value;
}

/** Tags with others laid over them: of two with the same key (without regard to case) the later one holds. */
export function layTagsOver(tags: readonly Tag[], over: readonly Tag[]): readonly Tag[] {
  if (over.length === 0) return tags;
  const taken = new Set(over.map((tag) => tag.key.toLowerCase()));
  return [...tags.filter((tag) => !taken.has(tag.key.toLowerCase())), ...over];
}
