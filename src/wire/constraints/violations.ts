import { ServiceError } from '../../kernel/service-error.ts';
import { placeOfMember } from './violation-order.ts';

const MAX_SHOWN_LENGTH = 1024;
/** Maximum number of problems in a message. All are counted. */
const MAX_LISTED = 50;
/** Maximum number of problems audited, so that a rejected request takes little space in the audit log. */
const MAX_RECORDED = 5;

function shorten(value: string): string {
  return value.length > MAX_SHOWN_LENGTH ? `${value.slice(0, MAX_SHOWN_LENGTH)}…` : value;
}

/** The first problem of an input, for services that report one. */
export interface FirstViolation {
  /** The member as AWS writes it. */
  readonly path: string;
  /** The constraint in AWS's words; `undefined` if a required member is missing. */
  readonly constraint: string | undefined;
}

/** Makes the error of a service that has its own for bad input. */
export type RefuseInput = (violation: FirstViolation) => ServiceError;

interface Problem extends FirstViolation {
  readonly text: string;
  /** The text without the value, for the audit log. */
  readonly recorded: string;
  readonly place: number;
}

/** Collects the problems of an input while it is decoded, so that all of them are reported at once. */
export class Violations {
  #problems: Problem[] | undefined;
  #specified: string | undefined;
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /**
   * `path` is the member as AWS writes it (`tags.1.member.key`); `shown` is the value, if it may be echoed. `violated` is the constraint
   * itself if `constraint` lists several.
   */
  add(path: string, constraint: string, shown?: string, violated = constraint): void {
    const value = shown === undefined ? 'Value' : `Value '${shorten(shown)}'`;
    const problem = ` at '${path}' failed to satisfy constraint: ${constraint}`;
    this.#note({ path, constraint: violated, text: value + problem, recorded: `Value${problem}` });
  }

  /** Adds a required member that was not given. */
  addMissing(path: string): void {
    const problem = `Value null at '${path}' failed to satisfy constraint: Member must not be null`;
    this.#note({ path, constraint: undefined, text: problem, recorded: problem });
  }

  /** Adds a violation of a rule for which AWS has a sentence of its own, which then is the whole message. It contains no value. */
  addSpecified(message: string): void {
    this.#count += 1;
    this.#specified ??= message;
  }

  /** Throws a `ValidationError` in AWS's wording if there is any problem, or what `refuse` makes of the first. */
  throwIfAny(refuse?: RefuseInput): void {
    const specified = this.#specified;
    if (specified !== undefined) throw new ServiceError('ValidationError', specified, { recorded: specified });
    if (this.#problems === undefined) return;
    const problems = this.#problems.sort((a, b) => a.place - b.place);
    const [first] = problems;
    if (refuse !== undefined && first !== undefined) throw refuse(first);
    const heading = `${this.#count} validation error${this.#count === 1 ? '' : 's'} detected`;
    const recorded = problems.slice(0, MAX_RECORDED).map((problem) => problem.recorded);
    throw new ServiceError('ValidationError', `${heading}: ${problems.map(({ text }) => text).join('; ')}`, {
      recorded: `${heading}: ${recorded.join('; ')}`,
    });
  }

  #note(problem: Omit<Problem, 'place'>): void {
    this.#count += 1;
    this.#problems ??= [];
    const [member = problem.path] = problem.path.split('.', 1);
    if (this.#problems.length < MAX_LISTED) this.#problems.push({ ...problem, place: placeOfMember(member) });
  }
}
