import { jest } from '@jest/globals';

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
