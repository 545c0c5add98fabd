import { expect, test } from '@jest/globals';
import { tellingNewDevices } from '../../../src/identity/notices/telling-new-devices.ts';
import type { SignInHistory, SignInOrigin } from '../../../src/identity/sign-in-policy/sign-in-history.ts';

test('[S33] a completed sign-in is told of once for each browser of a person', async () => {
  const used = new Set<string>();
  const keyOf = ({ subject, device }: SignInOrigin) => `${subject} ${device}`;
  const history: SignInHistory = {
    hasUsedDevice: async (origin) => used.has(keyOf(origin)),
    hasUsedNetwork: async () => false,
    lastPlace: async () => undefined,
    lastLanguage: async () => undefined,
    remember: async (origin) => void used.add(keyOf(origin)),
  };
  const told: string[] = [];
  const telling = tellingNewDevices(history, (origin) => void told.push(keyOf(origin)));
  for (const [subject, device] of [
    ['ann', 'laptop'],
    ['ann', 'laptop'],
    ['ann', 'phone'],
    ['bob', 'phone'],
  ] as const)
    await telling.remember({ subject, device, ip: '203.0.113.7', at: 0 }, undefined);
  expect(told).toEqual(['ann laptop', 'ann phone', 'bob phone']);
});
