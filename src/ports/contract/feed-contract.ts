import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import type { Ephemeral } from '../ephemeral.ts';
import type { ContractCase } from './contract-case.ts';

/** Waits until a condition holds. If it never does, the test runner's timeout fails the case. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await wait(5);
}

/** The contract for the change feed within one process. */
export const feedContract: readonly ContractCase<{ readonly ephemeral: Ephemeral }>[] = [
  {
    title: 'every listener of a topic receives each message once, in the order of publishing',
    async run({ ephemeral }) {
      const heard: string[][] = [[], []];
      const stop = heard.map((messages) => ephemeral.subscribe('f:1', (message) => messages.push(message)));
      const sent = Array.from({ length: 20 }, (_, n) => `m${n}`);
      for (const message of sent) {
        await ephemeral.publish('f:1', message);
        await ephemeral.publish('f:other', 'not for these');
      }
      await until(() => heard.every((messages) => messages.length >= sent.length));
      assert.deepEqual(heard, [sent, sent]);
      for (const end of stop) end();
    },
  },
  {
    title: 'a listener receives nothing published before it subscribed or after it unsubscribed',
    async run({ ephemeral }) {
      await ephemeral.publish('f:2', 'before');
      const heard: string[] = [];
      const stop = ephemeral.subscribe('f:2', (message) => heard.push(message));
      await ephemeral.publish('f:2', 'during');
      await until(() => heard.length > 0);
      stop();
      await ephemeral.publish('f:2', 'after');
      await wait(100);
      assert.deepEqual(heard, ['during']);
    },
  },
  {
    title: 'a listener that throws does not keep messages from the others',
    async run({ ephemeral }) {
      const heard: string[] = [];
      const stopThrowing = ephemeral.subscribe('f:3', () => {
        throw new Error('a fault of the listener');
      });
      const stop = ephemeral.subscribe('f:3', (message) => heard.push(message));
      await ephemeral.publish('f:3', 'm');
      await until(() => heard.length > 0);
      stopThrowing();
      stop();
    },
  },
  {
    title: 'completeUntil advances with time',
    async run({ ephemeral }) {
      const before = ephemeral.completeUntil();
      await wait(1_100);
      assert.ok(ephemeral.completeUntil() > before);
    },
  },
];
