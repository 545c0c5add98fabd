import { expect, test } from '@jest/globals';
import { systemRandom } from '../../../src/kernel/random.ts';
import { EPHEMERAL_KEYS } from '../../../src/ports/ephemeral-keys.ts';
import { openPostedStates } from '../../../src/sign-in/connectors/posted-states.ts';

const random = systemRandom();
let now = Date.UTC(2026, 10, 30);
const clock = { now: () => now };
const states = openPostedStates({ secret: random.bytes(32), clock, random });

test('a state is genuine for its connector, as long as a sign-in may wait', () => {
  const state = states.make('corp');
  expect(states.isGenuine(state, 'corp')).toBe(true);
  expect(states.isGenuine(state, 'corp2')).toBe(false);
  now += EPHEMERAL_KEYS.connectorAttempt.lifetime - 1;
  expect(states.isGenuine(state, 'corp')).toBe(true);
  now += 1;
  expect(states.isGenuine(state, 'corp')).toBe(false);
});

test('of another installation it is not, nor with any single bit changed', () => {
  const other = openPostedStates({ secret: random.bytes(32), clock, random });
  expect(states.isGenuine(other.make('corp'), 'corp')).toBe(false);
  const bytes = Buffer.from(states.make('corp'), 'base64url');
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const changed = Buffer.from(bytes);
    changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    expect(states.isGenuine(changed.toString('base64url'), 'corp')).toBe(false);
  }
});

test('it has one spelling', () => {
  const state = states.make('corp');
  const spellings = [`${state}=`, `${state}!`, ` ${state}`, `${state.slice(0, 9)}\n${state.slice(9)}`, `${state}A`, ''];
  // The last character carries four bits that no byte has.
  const last = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'.split('');
  spellings.push(...last.map((each) => `${state.slice(0, -1)}${each}`).filter((each) => each !== state));
  for (const spelling of spellings) expect([spelling, states.isGenuine(spelling, 'corp')]).toEqual([spelling, false]);
});
