import { ServiceError } from '../../kernel/service-error.ts';

const LONGEST_SHOWN = 1024;

/** What is wrong with an input, collected while it is decoded, so that all of it can be told at once. */
export interface Violations {
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
  return {
    add(path, constraint, shown) {
      const value = shown === undefined ? 'Value' : `Value '${shorten(shown)}'`;
      problems.push(`${value} at '${path}' failed to satisfy constraint: ${constraint}`);
    },
    addMissing(path) {
      problems.push(`Value null at '${path}' failed to satisfy constraint: Member must not be null`);
    },
    throwIfAny() {
      if (problems.length === 0) return;
      const count = `${problems.length} validation error${problems.length === 1 ? '' : 's'} detected`;
      throw new ServiceError('ValidationError', `${count}: ${problems.join('; ')}`);
    },
  };
}
