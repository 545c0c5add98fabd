/**
 * Which tag a condition sees where several differ in the case of their keys alone. IAM lets such tags stand side by side on
 * policies, instance profiles, providers and MFA devices, but condition keys have no case: AWS says that a condition matches one of
 * them, "but not both", and not which. So a request is decided once for each choice, and must be allowed by all.
 *
 * A choice is made when a policy first asks for the tag; `next` goes on to the next combination, as an odometer does.
 */
export class TagReadings {
  readonly #choices = new Map<string, { readonly values: readonly string[]; index: number }>();

  /** The value that the current reading has for this key. */
  choose(key: string, values: readonly string[]): string {
    let choice = this.#choices.get(key);
    if (choice === undefined) {
      choice = { values, index: 0 };
      this.#choices.set(key, choice);
    }
    return choice.values[choice.index] as string;
  }

  /** Goes on to the next reading; `false` after the last. What was first asked in this reading is asked again. */
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
