import { ServiceError } from '../../kernel/service-error.ts';

const LONGEST_SHOWN = 1024;
/** So many problems are told; all are counted. */
const MOST_TOLD = 50;

function shorten(value: string): string {
  return value.length > LONGEST_SHOWN ? `${value.slice(0, LONGEST_SHOWN)}…` : value;
}

/** What is wrong with an input, collected while it is decoded, so that all of it can be told at once. */
export class Violations {
  #problems: string[] | undefined;
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** `path` is the member as AWS writes it (`tags.1.member.key`); `shown` the value where it may be echoed. */
  add(path: string, constraint: string, shown?: string): void {
    const value = shown === undefined ? 'Value' : `Value '${shorten(shown)}'`;
    this.#note(`${value} at '${path}' failed to satisfy constraint: ${constraint}`);
  }

  /** A required member was not given. */
  addMissing(path: string): void {
    this.#note(`Value null at '${path}' failed to satisfy constraint: Member must not be null`);
  }

  /** Throws `ValidationError` in AWS's words where there is anything wrong. */
  throwIfAny(): void {
    if (this.#problems === undefined) return;
    const heading = `${this.#count} validation error${this.#count === 1 ? '' : 's'} detected`;
    throw new ServiceError('ValidationError', `${heading}: ${this.#problems.join('; ')}`);
  }

  #note(problem: string): void {
    this.#count += 1;
    this.#problems ??= [];
    if (this.#problems.length < MOST_TOLD) this.#problems.push(problem);
  }
}
