import { ServiceError } from '../../kernel/service-error.ts';

const LONGEST_SHOWN = 1024;
/** So many problems are told; all are counted. */
const MOST_TOLD = 50;

/** What is wrong with an input, collected while it is decoded, so that all of it can be told at once. */
export interface Violations {
  readonly count: number;
  /** `path` is the member as AWS writes it (`tags.1.member.key`); `shown` the value where it may be echoed. */
  add(path: string, constraint: string, shown?: string): void;
  /** A required member was not given. */
  addMissing(path: string): void;
  /** Throws `ValidationError` in AWS's words where there is anything wrong. */
  throwIfAny(): void;
}

function shorten(value: string): string {
  return value.length > LONGEST_SHOWN ? `${value.slice(0, LONGEST_SHOWN)}…` : value;
}

/** Starts a collection of violations. */
export function createViolations(): Violations {
  const problems: string[] = [];
  let count = 0;
  function note(problem: string): void {
    count += 1;
    if (count <= MOST_TOLD) problems.push(problem);
  }
  return {
    get count() {
      return count;
    },
    add(path, constraint, shown) {
      const value = shown === undefined ? 'Value' : `Value '${shorten(shown)}'`;
      note(`${value} at '${path}' failed to satisfy constraint: ${constraint}`);
    },
    addMissing(path) {
      note(`Value null at '${path}' failed to satisfy constraint: Member must not be null`);
    },
    throwIfAny() {
      if (count === 0) return;
      const heading = `${count} validation error${count === 1 ? '' : 's'} detected`;
      throw new ServiceError('ValidationError', `${heading}: ${problems.join('; ')}`);
    },
  };
}
