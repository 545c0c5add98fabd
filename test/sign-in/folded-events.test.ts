import { describe, expect, test } from '@jest/globals';
import { foldedEvents } from '../../src/sign-in/events/folded-events.ts';
import type { SignInEvent } from '../../src/sign-in/events/sign-in-events.ts';

const event = (clientId: string, requestId: string, scope = 'read'): SignInEvent => ({
  name: 'IssueTokens',
  outcome: 'allowed',
  method: 'client',
  clientId,
  source: { requestId, ip: '192.0.2.1', userAgent: undefined },
  request: { scope },
});

describe('[S48] auditing machines’ tokens, and strangers', () => {
  test('records the first at once and how many more there were; none is left out', () => {
    const recorded: SignInEvent[] = [];
    const tokens = foldedEvents(
      async (each) => {
        recorded.push(each);
      },
      () => {},
    );
    for (let i = 0; i < 5; i++) tokens.fold(event('a', `request-${i}`));
    tokens.fold(event('b', 'request-5'));
    tokens.fold(event('a', 'request-6', 'write'));
    expect(recorded.map(({ clientId, request }) => [clientId, request])).toEqual([
      ['a', { scope: 'read', count: 1 }],
      ['b', { scope: 'read', count: 1 }],
      ['a', { scope: 'write', count: 1 }],
    ]);
    tokens.flush();
    expect(recorded.slice(3).map(({ clientId, request }) => [clientId, request])).toEqual([
      ['a', { scope: 'read', count: 4 }],
    ]);
    tokens.flush();
    expect(recorded).toHaveLength(4);
  });

  test('cannot be filled by being refused, whatever is sent', () => {
    const recorded: SignInEvent[] = [];
    const refusals = foldedEvents(
      async (each) => {
        recorded.push(each);
      },
      () => {},
    );
    for (let i = 0; i < 1000; i++) {
      const { source } = event('a', `request-${i}`);
      const request = { scope: `scope-${i}` };
      const errorCode = i % 2 === 0 ? 'invalid_client' : 'invalid_grant';
      void refusals.record({ name: 'IssueTokens', outcome: 'refused', method: 'client', errorCode, source, request });
    }
    expect(recorded).toHaveLength(2);
    refusals.flush();
    expect(recorded.map(({ request }) => request?.['count'])).toEqual([1, 1, 499, 499]);
  });

  test('reports what cannot be recorded', async () => {
    const failures: unknown[] = [];
    const tokens = foldedEvents(
      () => Promise.reject(new Error('store')),
      (error) => failures.push(error),
    );
    tokens.fold(event('a', 'request'));
    await new Promise(setImmediate);
    expect(failures).toHaveLength(1);
    tokens.flush();
  });
});
