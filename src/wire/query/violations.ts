import { ServiceError } from '../../kernel/service-error.ts';
import { placeOfMember } from './violation-order.ts';

const LONGEST_SHOWN = 1024;
/** So many problems are told; all are counted. */
const MOST_TOLD = 50;
/** So many go on record: a refused request must not cost much there. */
const MOST_RECORDED = 5;

function shorten(value: string): string {
  return value.length > LONGEST_SHOWN ? `${value.slice(0, LONGEST_SHOWN)}…` : value;
}

interface Problem {
  readonly text: string;
  /** The same without the value, for the record. */
  readonly recorded: string;
  readonly place: number;
}

/** What is wrong with an input, collected while it is decoded, so that all of it can be told at once. */
export class Violations {
  #problems: Problem[] | undefined;
  #specified: string | undefined;
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** `path` is the member as AWS writes it (`tags.1.member.key`); `shown` the value where it may be echoed. */
  add(path: string, constraint: string, shown?: string): void {
    const value = shown === undefined ? 'Value' : `Value '${shorten(shown)}'`;
    const problem = ` at '${path}' failed to satisfy constraint: ${constraint}`;
    this.#note(path, value + problem, `Value${problem}`);
  }

  /** A required member was not given. */
  addMissing(path: string): void {
    const problem = `Value null at '${path}' failed to satisfy constraint: Member must not be null`;
    this.#note(path, problem, problem);
  }

  /** A text is not what AWS describes in a sentence of its own, which then is the whole message. It holds no value. */
  addSpecified(message: string): void {
    this.#count += 1;
    this.#specified ??= message;
  }

  /** Throws `ValidationError` in AWS's words where there is anything wrong. */
  throwIfAny(): void {
    const specified = this.#specified;
    if (specified !== undefined) throw new ServiceError('ValidationError', specified, { recorded: specified });
    if (this.#problems === undefined) return;
    const problems = this.#problems.sort((a, b) => a.place - b.place);
    const heading = `${this.#count} validation error${this.#count === 1 ? '' : 's'} detected`;
    const recorded = problems.slice(0, MOST_RECORDED).map((problem) => problem.recorded);
    throw new ServiceError('ValidationError', `${heading}: ${problems.map(({ text }) => text).join('; ')}`, {
      recorded: `${heading}: ${recorded.join('; ')}`,
    });
  }

  #note(path: string, text: string, recorded: string): void {
    this.#count += 1;
    this.#problems ??= [];
    if (this.#problems.length < MOST_TOLD)
      this.#problems.push({ text, recorded, place: placeOfMember(path.split('.', 1)[0] ?? path) });
  }
}
