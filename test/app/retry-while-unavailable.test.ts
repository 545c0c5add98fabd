import { expect, test } from '@jest/globals';
import { retryWhileUnavailable } from '../../src/app/processes/retry-while-unavailable.ts';
import { StoreUnavailableError } from '../../src/ports/collections.ts';

test('a start that waits for a store logs each reason only once', async () => {
  const reasons = ['it is away', 'it is away', 'it is full'];
  const lines: string[] = [];
  const act = async (): Promise<string> => {
    const reason = reasons.shift();
    if (reason !== undefined) throw new StoreUnavailableError(reason);
    return 'done';
  };
  const log = { warn: (message: string) => void lines.push(message) };
  expect(await retryWhileUnavailable(act, { log, signal: new AbortController().signal })).toBe('done');
  expect(lines).toEqual(['the start waits for a store: it is away', 'the start waits for a store: it is full']);
});
