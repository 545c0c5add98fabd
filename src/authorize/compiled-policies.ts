import { BoundedCache } from '../kernel/bounded-cache.ts';
import type { CompiledPolicy } from '../policy/compile/compile-policy.ts';
import { compileGathered, type GatheredPolicy } from './gather-policies.ts';

/**
 * Compiles gathered policies. A managed policy is compiled once for all its principals, which saves memory and time.
 * The cache never becomes stale, because the text of a policy version never changes.
 */
export class CompiledPolicies {
  readonly #managed: BoundedCache<string, CompiledPolicy>;

  /** @param limit The maximum number of managed policies in the cache. */
  constructor(limit: number) {
    this.#managed = new BoundedCache(limit);
  }

  of(policy: GatheredPolicy): CompiledPolicy {
    const { version, source } = policy;
    if (version === undefined) return compileGathered(policy);
    const key = `${source.type}\n${version}`;
    let compiled = this.#managed.get(key);
    if (compiled === undefined) {
      compiled = compileGathered(policy);
      this.#managed.set(key, compiled);
    }
    return compiled;
  }
}
