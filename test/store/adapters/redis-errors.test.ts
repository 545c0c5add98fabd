import { describe, expect, test } from '@jest/globals';
import { isMisuse, isNotCarriedOut, unavailable } from '../../../src/store/redis/redis-errors.ts';

describe('failures of Redis', () => {
  test.each([
    ['MOVED 3999 127.0.0.1:6381', true],
    ['LOADING Redis is loading the dataset in memory', true],
    ["READONLY You can't write against a read only replica.", true],
    ["ERR Error running script (call to f_1): @user_script:2: -READONLY You can't write", true],
    ['Too many Cluster redirections. Last error: ReplyError: MOVED 1 127.0.0.1:1', true],
    // What may have happened is not asked a second time.
    ['Connection is closed.', false],
    ['Too many Cluster redirections. Last error: Error: Connection is closed.', false],
    ['Command timed out', false],
    ['Command aborted due to connection close', false],
    ['Reached the max retries per request limit (which is 0).', false],
    ['read ECONNRESET', false],
    ['NOREPLICAS Not enough good replicas to write.', false],
    ["ERR the value was MOVED 'MOVED 1'", false],
  ])('%s: retried, %s', (message, expected) => {
    expect(isNotCarriedOut(new Error(message))).toBe(expected);
  });

  test.each([
    ['WRONGTYPE Operation against a key holding the wrong kind of value', true],
    ['ERR value is not an integer or out of range script: f_1, on @user_script:2.', true],
    ['ERR Error running script (call to f_1): @user_script:2: WRONGTYPE Operation', true],
    ['Connection is closed.', false],
  ])('%s: an error of the caller, %s', (message, expected) => {
    expect(isMisuse(new Error(message))).toBe(expected);
  });

  test('the port’s error contains nothing of the command', () => {
    const failure = Object.assign(new Error('NOAUTH'), {
      command: { name: 'hello', args: ['3', 'AUTH', 'u', 'hunter2'] },
    });
    const { cause, message } = unavailable(failure);
    expect(message).toMatch(/refuses the user or password/);
    expect(cause).toBeInstanceOf(Error);
    expect(cause).not.toHaveProperty('command');
  });
});
