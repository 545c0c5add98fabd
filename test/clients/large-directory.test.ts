import { expect, test } from '@jest/globals';
import { directorySyncs } from '../../bench/directory-sync/directory-sync.ts';
import { hasSlapd } from '../../harness/slapd.ts';
import { withPeer } from './with-peer.ts';

const PEOPLE = 1000;

withPeer(hasSlapd, 'slapd')('the bench of directory syncs', () => {
  test('finds out who changed, and nobody else', async () => {
    const reports = [];
    for await (const { report } of directorySyncs([PEOPLE], () => undefined)) reports.push(report);
    const usual = { State: 'SUCCEEDED', Listed: PEOPLE, Linked: PEOPLE, Disabled: 0, Enabled: 0, Kept: 0 };
    expect(reports).toEqual([
      expect.objectContaining({ ...usual, Updated: 0 }),
      expect.objectContaining({ ...usual, Updated: 40 }),
    ]);
  });
});
