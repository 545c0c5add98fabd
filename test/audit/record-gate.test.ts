import { expect, test } from '@jest/globals';
import { recordGate } from '../../src/audit/record-gate.ts';
import { StoreUnavailableError } from '../../src/ports/collections.ts';

const FULL = new StoreUnavailableError('no room', { reason: 'full' });
const AWAY = new StoreUnavailableError('does not answer');

/** A gate of a store that answers `ping` as told. */
function gateOf(ping: () => Promise<void>) {
  return recordGate({ ping });
}

const afterPing = () => new Promise(setImmediate);

test('a batch that could not be stored closes the gate, and one that was stored opens it', () => {
  const gate = gateOf(() => Promise.reject(AWAY));
  expect(gate.refusal()).toBeUndefined();
  gate.settled(AWAY);
  expect(gate.refusal()).toBe(AWAY);
  gate.settled(undefined);
  expect(gate.refusal()).toBeUndefined();
});

test('after a full store, only an answer of the store opens the gate: a small batch may fit where a change does not', async () => {
  const answers = { ping: () => Promise.resolve() };
  const gate = gateOf(() => answers.ping());
  gate.settled(FULL);
  gate.settled(undefined);
  expect(gate.refusal()).toBe(FULL);
  await afterPing();
  expect(gate.refusal()).toBeUndefined();
});

test('the gate stays closed while the store has no room for the probe', async () => {
  const gate = gateOf(() => Promise.reject(FULL));
  gate.settled(FULL);
  expect(gate.refusal()).toBe(FULL);
  await afterPing();
  gate.settled(undefined);
  expect(gate.refusal()).toBe(FULL);
});
