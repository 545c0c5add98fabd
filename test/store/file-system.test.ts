import { tmpdir } from 'node:os';
import { expect, test } from '@jest/globals';
import { networkFileSystem, requireLocalFileSystem } from '../../src/store/embedded/file-system.ts';

test.each([
  [0x6969, 'NFS'],
  [0xff534d42, 'CIFS'],
  [0xff534d42 | 0, 'CIFS'],
  [0xfe534d42, 'SMB'],
  [0xef53, undefined],
  [0x58465342, undefined],
  [0x01021994, undefined],
])('the file system %i: %s', (type, name) => {
  expect(networkFileSystem(type)).toBe(name);
});

test('a data directory on a network file system is refused in words; a local one is not', () => {
  expect(() => requireLocalFileSystem(tmpdir(), 0x6969)).toThrow(/is on a network file system \(NFS\).*local disk/);
  expect(() => requireLocalFileSystem(tmpdir())).not.toThrow();
});
