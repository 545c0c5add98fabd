import { expect, test } from '@jest/globals';
import { openSessionApps } from '../../src/bridge/stores/session-apps.ts';

const DAY = 86_400_000;

test.each([
  [3 * DAY, 3 * DAY],
  [3_600_000, DAY],
])('what applications know of a session of %d ms is kept for %d ms', async (sessionMs, expected) => {
  const lifetimes: number[] = [];
  const keep = async (lifetime: number): Promise<boolean> => lifetimes.push(lifetime) > 0;
  const sessions = openSessionApps({
    ephemeral: {
      get: async () => undefined,
      setIfAbsent: (_key, _value, lifetime) => keep(lifetime),
      compareAndSet: (_key, _old, _value, lifetime) => keep(lifetime),
      take: async () => undefined,
      addToSet: async (_key, _member, lifetime) => void (await keep(lifetime)),
      members: async () => [],
    },
    sealer: {
      seal: (secret) => Buffer.from(secret).toString('base64'),
      open: (sealed) => Buffer.from(sealed, 'base64'),
    },
    sessionMs,
  });
  await sessions.add(
    { uid: 'u', subject: 's' },
    {
      accountId: '123456789012',
      applicationId: 'a',
      entityId: 'sp',
      nameId: { format: 'urn:x', value: 'n' },
      sessionIndex: '_1',
    },
  );
  expect(lifetimes).toEqual([expected, expected]);
});
