/**
 * Selects the tag that a condition sees if several tags differ only in the case of their keys. IAM allows such tags
 * on policies, instance profiles, providers and MFA devices, but condition keys ignore case. AWS says that a
 * condition matches one of them, "but not both", without saying which. So a request is decided once for each
 * combination, and must be allowed every time.
 *
 * A choice is made when a policy first uses the tag. `next` moves to the next combination, like an odometer.
 */
export class TagReadings {
  readonly #choices = new Map<string, { readonly values: readonly string[]; index: number }>();

  /** The value of this key in the current combination. */
  choose(key: string, values: readonly string[]): string {
    let choice = this.#choices.get(key);
    if (choice === undefined) {
      choice = { values, index: 0 };
      this.#choices.set(key, choice);
    }
    return choice.values[choice.index] as string;
  }

  /** Moves to the next combination; `false` after the last. Keys first used in the current combination are chosen again. */
  next(): boolean {
    for (const [key, choice] of [...this.#choices].reverse()) {
      if (choice.index + 1 < choice.values.length) {
        choice.index += 1;
        return true;
      }
      this.#choices.delete(key);
    }
    return false;
  }
}
