import { describe, expect, test } from '@jest/globals';
import type { BatchThreadEvents } from '../../src/keys/batch-thread.ts';
import { openBatches } from '../../src/keys/batches.ts';

const KEY = {};
const rightly = (text: string): string => (text.startsWith('good') ? 'valid' : 'invalid');

/** Batches with a stand-in for the thread, which answers what it is told to. */
function openWith(answer: (texts: readonly string[]) => readonly string[]) {
  const faults: unknown[] = [];
  const posted: string[] = [];
  const batches = openBatches<object>({
    name: 'verifying',
    compute: rightly,
    onFault: (fault) => faults.push(fault),
    startThread: ({ computed }: BatchThreadEvents) => ({
      isReady: () => true,
      post(texts) {
        posted.push(...texts);
        const results = answer(texts);
        setImmediate(() => computed(results));
      },
      stop: async () => undefined,
    }),
  });
  const verdictsOf = (texts: readonly string[]) => Promise.all(texts.map((text) => batches.compute(text, KEY)));
  return { faults, posted, verdictsOf };
}

describe('verdicts belong to their texts', () => {
  test('[S8] a text with a line feed never reaches the thread, where it would shift the verdicts after it', async () => {
    const { posted, verdictsOf } = openWith((texts) => texts.join('\n').split('\n').map(rightly));
    expect(await verdictsOf(['good\ngood', 'forged', 'good'])).toEqual(['valid', 'invalid', 'valid']);
    expect(posted).toEqual(['forged', 'good']);
  });

  test.each([
    ['more', (texts: readonly string[]) => ['valid', ...texts.map(rightly)]],
    ['fewer', () => ['valid']],
  ])('a thread that gives %s results than texts is not believed', async (_case, answer) => {
    const { faults, verdictsOf } = openWith(answer);
    expect(await verdictsOf(['forged', 'good', 'forged'])).toEqual(['invalid', 'valid', 'invalid']);
    expect(faults).toHaveLength(1);
  });

  test('a batch that the thread did not take leaves no place in the line', async () => {
    let isFirst = true;
    const { faults, verdictsOf } = openWith((texts) => {
      if (!isFirst) return texts.map(rightly);
      isFirst = false;
      throw new Error('the key cannot be cloned');
    });
    expect(await verdictsOf(['good', 'good'])).toEqual(['valid', 'valid']);
    expect(await verdictsOf(['forged', 'forged'])).toEqual(['invalid', 'invalid']);
    expect(faults).toHaveLength(1);
  });
});
