import { ServiceError } from '../../kernel/service-error.ts';

const LONGEST_SHOWN = 1024;
/** So many problems are told; all are counted. */
const MOST_TOLD = 50;
/** So many go on record: a refused request must not cost much there. */
const MOST_RECORDED = 5;

function shorten(value: string): string {
  return value.length > LONGEST_SHOWN ? `${value.slice(0, LONGEST_SHOWN)}…` : value;
}

/** What is wrong with an input, collected while it is decoded, so that all of it can be told at once. */
export class Violations {
  #problems: string[] | undefined;
  /** The same without the values, for the record. */
  #recorded: string[] = [];
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** `path` is the member as AWS writes it (`tags.1.member.key`); `shown` the value where it may be echoed. */
  add(path: string, constraint: string, shown?: string): void {
    const value = shown === undefined ? 'Value' : `Value '${shorten(shown)}'`;
    const problem = ` at '${path}' failed to satisfy constraint: ${constraint}`;
    this.#note(value + problem, `Value${problem}`);
  }

  /** A required member was not given. */
  addMissing(path: string): void {
    const problem = `Value null at '${path}' failed to satisfy constraint: Member must not be null`;
    this.#note(problem, problem);
  }

  /** Throws `ValidationError` in AWS's words where there is anything wrong. */
  throwIfAny(): void {
    if (this.#problems === undefined) return;
    const heading = `${this.#count} validation error${this.#count === 1 ? '' : 's'} detected`;
    throw new ServiceError('ValidationError', `${heading}: ${this.#problems.join('; ')}`, {
      recorded: `${heading}: ${this.#recorded.join('; ')}`,
    });
  }

  #note(problem: string, recorded: string): void {
    this.#count += 1;
    this.#problems ??= [];
    if (this.#problems.length < MOST_TOLD) this.#problems.push(problem);
    if (this.#recorded.length < MOST_RECORDED) this.#recorded.push(recorded);
  }
}
