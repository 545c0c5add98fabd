import { expect, test } from '@jest/globals';
import { openConnectorOutcomes } from '../../src/identity/connectors/connector-outcomes.ts';

function opened(set?: () => Promise<void>) {
  let now = 1_000_000;
  const stored = new Map<string, string>();
  const writes: string[] = [];
  const failures: unknown[] = [];
  const ephemeral = {
    get: async (key: string) => stored.get(key),
    async set(key: string, value: string) {
      writes.push(key);
      await set?.();
      stored.set(key, value);
    },
  };
  const outcomes = openConnectorOutcomes({
    ephemeral,
    clock: { now: () => now },
    failed: (error) => void failures.push(error),
  });
  const record = async (reference: string, check?: string) => {
    outcomes.record({ connectorId: 'c', check, reference });
    await outcomes.flush();
  };
  return { outcomes, record, writes, failures, pass: (ms: number) => (now += ms) };
}

test('the last sign-in and the last failure of a connector are known, and those of another are not', async () => {
  const { outcomes, record } = opened();
  expect(await outcomes.last('c')).toEqual({ signedInAt: undefined, failure: undefined });
  await record('r1');
  await record('r2', 'audience');
  expect(await outcomes.last('c')).toEqual({
    signedInAt: 1_000_000,
    failure: { at: 1_000_000, check: 'audience', reference: 'r2' },
  });
  expect(await outcomes.last('d')).toEqual({ signedInAt: undefined, failure: undefined });
});

test('a busy connector costs one write a minute, and failures one a second', async () => {
  const { record, writes, pass, outcomes } = opened();
  for (let count = 0; count < 1000; count++) await record('ok');
  for (let count = 0; count < 1000; count++) await record('bad', count % 2 === 0 ? 'code' : 'token');
  expect(writes).toHaveLength(2);
  pass(59_999);
  await record('ok');
  await record('later', 'nonce');
  expect(writes).toHaveLength(3);
  expect((await outcomes.last('c')).failure).toMatchObject({ check: 'nonce', reference: 'later' });
  pass(1);
  await record('ok');
  expect(writes).toHaveLength(4);
});

test('a write that fails is reported, refuses nothing, and is made up for by the next outcome', async () => {
  let isDown = true;
  const { record, failures, outcomes } = opened(async () => {
    if (isDown) throw new Error('the store is down');
  });
  await record('r1', 'token');
  expect(failures).toHaveLength(1);
  isDown = false;
  await record('r2', 'token');
  expect((await outcomes.last('c')).failure).toMatchObject({ reference: 'r2' });
});
