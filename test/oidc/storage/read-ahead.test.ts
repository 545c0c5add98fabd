import { expect, test } from '@jest/globals';
import { recordsOfCookies } from '../../../src/oidc/storage/read-ahead.ts';

const records = (cookie: string) => recordsOfCookies({ headers: { cookie } } as never);
const id = (n: number): string => String(n).padStart(43, 'x');

test('the session and the interaction named by cookies are read ahead, each once', () => {
  const [session, interaction] = [id(1), id(2)];
  expect(
    records(
      `a=b; __Host-rolecall-session=${session}; rolecall-interaction=${interaction}; rolecall-session=${session}`,
    ),
  ).toEqual([
    ['Session', session],
    ['Interaction', interaction],
  ]);
});

test('a request with hundreds of cookies does not read hundreds of records', () => {
  const cookies = Array.from({ length: 300 }, (_, n) => `rolecall-session=${id(n)}`);
  expect(records(cookies.join('; '))).toHaveLength(4);
});
