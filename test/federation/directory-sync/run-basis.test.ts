import { expect, test } from '@jest/globals';
import { runBasis, settingsDigest } from '../../../src/federation/directory-sync/run-basis.ts';
import type { Connector } from '../../../src/identity/documents/connector.ts';
import { connectorNamed } from './sync-scene.ts';

const HOUR = 60 * 60_000;
const connector = connectorNamed('corp', 'corp-id');
const mark = { people: { by: 'time', server: 'ldaps://ldap.example', values: ['20260101000000Z'] }, at: 1 } as const;
const state = { begunAt: 1, listed: 5, incremental: { mark, settings: settingsDigest(connector), fullAt: 0 } };
const call = { connector, directory: { fullSyncIntervalMs: 24 * HOUR }, order: {}, now: HOUR };
const full = { fullBecause: expect.any(String) };

test('a run asks for what has changed since the last complete one', () => {
  expect(runBasis(state, call)).toEqual({ since: mark });
  const { settings } = connector;
  const withNewPassword = { ...connector, settings: { ...settings, sealedSecret: 'other' }, displayName: 'New' };
  expect(runBasis(state, { ...call, connector: withNewPassword as Connector })).toEqual({ since: mark });
});

test.each<[string, Parameters<typeof runBasis>[0], Partial<typeof call> & { order?: { isFull: boolean } }]>([
  ['there was none', undefined, {}],
  ['the state is of an earlier version', { begunAt: 1, listed: 5 }, {}],
  ['it was asked for', state, { order: { isFull: true } }],
  ['a day has passed', state, { now: 24 * HOUR }],
  ['the clock was set back', state, { now: -1 }],
  ['every run shall', state, { directory: { fullSyncIntervalMs: 0 } }],
  ['a setting was changed', state, { connector: changed({ baseDn: 'dc=other' }) }],
  ['the rules were changed', state, { connector: { ...connector, rules: { ...connector.rules, userName: ['mail'] } } }],
  ['it is another connector of the name', state, { connector: { ...connector, connectorId: 'new-id' } }],
])('[TRAPS sync: delta] a run lists everybody if %s', (_why, last, change) => {
  expect(runBasis(last, { ...call, ...change })).toEqual(full);
});

function changed(settings: object): Connector {
  return { ...connector, settings: { ...connector.settings, ...settings } as Connector['settings'] };
}
