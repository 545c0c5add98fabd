import type { ProvisioningRules } from '../../identity/documents/connector.ts';
import type { Tag } from '../../identity/documents/entity.ts';
import { assertedTagsFault } from '../../identity/sessions/session-tags.ts';
import { type Claims, readClaim } from './read-claim.ts';

/** What became of one rule for a session tag. */
export interface TagRuleOutcome {
  readonly key: string;
  readonly claim: string;
  /** The value; `undefined` if the claim has none that can be one. */
  readonly value: string | undefined;
  /** `default`: the claim is absent, so the value is that of the rule. `user-tag`: the user has a tag of its own with this key, which comes first. */
  readonly state: 'given' | 'default' | 'absent' | 'unusable' | 'user-tag';
}

/**
 * The session tags that the rules give a login. A tag has one value: a text, a number, a truth value, or a list of one of them. A claim that
 * breaks AWS's limits gives no tag. Tags of the user itself come first: a provider must not change what an administrator has set.
 */
export function explainTags(
  { tags = [] }: Pick<ProvisioningRules, 'tags'>,
  claims: Claims,
  ownTags: readonly Tag[],
): readonly TagRuleOutcome[] {
  const own = new Set(ownTags.map(({ key }) => key.toLowerCase()));
  return tags.map(({ key, claim, default: byDefault }) => {
    const found = readClaim(claims, claim);
    const value = tagValueOf(found);
    const isUsable =
      value !== undefined && assertedTagsFault({ tags: [{ key, value }], transitiveTagKeys: [] }) === undefined;
    const isOwn = own.has(key.toLowerCase());
    if (isUsable) return { key, claim, value, state: isOwn ? 'user-tag' : 'given' };
    if (!isAbsent(found)) return { key, claim, value: undefined, state: 'unusable' };
    if (byDefault === undefined) return { key, claim, value: undefined, state: 'absent' };
    return { key, claim, value: byDefault, state: isOwn ? 'user-tag' : 'default' };
  });
}

/** The tags among the outcomes that the session gets. */
export function givenTags(outcomes: readonly TagRuleOutcome[]): readonly Tag[] {
  return outcomes.flatMap(({ key, value, state }) =>
    (state === 'given' || state === 'default') && value !== undefined ? [{ key, value }] : [],
  );
}

function tagValueOf(found: unknown): string | undefined {
  const one: unknown = Array.isArray(found) && found.length === 1 ? found[0] : found;
  return typeof one === 'string' || typeof one === 'number' || typeof one === 'boolean' ? String(one) : undefined;
}

function isAbsent(found: unknown): boolean {
  return found === undefined || found === null || (Array.isArray(found) && found.length === 0);
}
