import { afterEach, jest } from '@jest/globals';

// Of each file that imports this: also a test that fails half way leaves no stopped timeouts to the next one.
afterEach(() => void jest.useRealTimers());

/** Holds back `setTimeout`, and nothing else, from here on. `pass` lets so many milliseconds of it pass and ends that. */
export function stopTimeouts(): { pass(ms: number): void } {
  jest.useFakeTimers({
    doNotFake: ['Date', 'hrtime', 'nextTick', 'performance', 'queueMicrotask', 'setImmediate', 'setInterval'],
  });
  return {
    pass(ms) {
      jest.advanceTimersByTime(ms);
      jest.useRealTimers();
    },
  };
}
