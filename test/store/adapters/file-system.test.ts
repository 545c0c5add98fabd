import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { temporaryDirectory } from '../../../harness/temporary-directory.ts';
import { fileSystemKind, mountTypeOf, requireLocalFileSystem } from '../../../src/store/embedded/file-system.ts';
import { tryFileSystem } from '../../../src/store/embedded/try-file-system.ts';

const FUSE = 0x65735546;

test.each<[string, number, string | undefined, string]>([
  ['NFS', 0x6969, 'nfs4', 'network'],
  ['CIFS', 0xff534d42, 'cifs', 'network'],
  ['CIFS as a signed number', 0xff534d42 | 0, 'cifs', 'network'],
  ['SMB', 0xfe534d42, 'smb3', 'network'],
  ['Ceph', 0x00c36400, 'ceph', 'network'],
  ['Lustre', 0x0bd00bd0, 'lustre', 'network'],
  ['GPFS', 0x47504653, 'gpfs', 'network'],
  ['sshfs', FUSE, 'fuse.sshfs', 'network'],
  ['GlusterFS', FUSE, 'fuse.glusterfs', 'network'],
  ['ext4', 0xef53, 'ext4', 'local'],
  ['XFS', 0x58465342, 'xfs', 'local'],
  ['Btrfs', 0x9123683e | 0, 'btrfs', 'local'],
  ['tmpfs', 0x01021994, 'tmpfs', 'local'],
  ['overlayfs', 0x794c7630, 'overlay', 'local'],
  ['a container’s root by FUSE', FUSE, 'fuse.fuse-overlayfs', 'unknown'],
  ['virtiofs', FUSE, 'virtiofs', 'unknown'],
  ['9p', 0x01021997, '9p', 'unknown'],
  ['VirtualBox', 0x786f4256, 'vboxsf', 'unknown'],
  ['one that nobody knows', 0x12345, undefined, 'unknown'],
])('%s (%i, mounted as %s): %s', (_title, type, mounted, kind) => {
  expect(fileSystemKind(type, mounted).kind).toBe(kind);
});

test('a data directory on a network file system is refused with an explanation; a local one is not', () => {
  expect(() => requireLocalFileSystem(tmpdir(), 0x6969)).toThrow(/is on a network file system \(NFS\).*local disk/);
  expect(() => requireLocalFileSystem(tmpdir())).not.toThrow();
});

test('[proc(5)] the mount of a path is the innermost one, and the last of several at the same path', () => {
  const mountinfo = [
    '21 1 8:1 / / rw - ext4 /dev/sda1 rw',
    '30 21 0:40 / /srv/my\\040data rw,nosuid shared:9 - fuse.sshfs far:/data rw',
    '31 21 0:41 / /srv rw - 9p host rw',
    '32 21 0:42 / /mnt rw - xfs /dev/sdb rw',
    '33 21 0:43 / /mnt rw - virtiofs shared rw',
    '',
  ].join('\n');
  expect(mountTypeOf('/srv/my data/rolecall', mountinfo)).toBe('fuse.sshfs');
  expect(mountTypeOf('/srv/my', mountinfo)).toBe('9p');
  expect(mountTypeOf('/srvx', mountinfo)).toBe('ext4');
  expect(mountTypeOf('/mnt', mountinfo)).toBe('virtiofs');
  expect(mountTypeOf('/', '')).toBeUndefined();
});

describe('the trial of an unknown file system', () => {
  let directory = temporaryDirectory();
  beforeEach(() => {
    directory = temporaryDirectory();
    mkdirSync(directory.path, { recursive: true });
  });
  afterEach(() => directory.remove());

  /** Stands in for `lmdb` on a file system on which `open` does this. */
  function lmdbThat(open: string): string {
    const path = join(directory.path, 'stand-in.mjs');
    writeFileSync(path, `export const open = () => { ${open} };`);
    return pathToFileURL(path).href;
  }
  const attempt = (more: object) => tryFileSystem({ directory: directory.path, name: 'fuse.odd', ...more });
  const leftovers = () => readdirSync(directory.path).filter((name) => name.startsWith('trial-'));

  test('accepts one on which LMDB works, and leaves nothing behind', async () => {
    await attempt({});
    expect(leftovers()).toEqual([]);
  });

  test.each([
    [
      'refuses maps',
      'throw new Error("No such device")',
      /\(fuse\.odd\) cannot hold it.*maps or locks.*: No such device\./,
    ],
    ['crashes', 'process.kill(process.pid, "SIGSEGV"); for (;;);', /LMDB ended by SIGSEGV/],
    ['spins', 'for (;;);', /LMDB did not answer within 3 s/],
    [
      'shows one process nothing of the other',
      'const held = new Map(); return { transaction: async (act) => act(), put: (key, value) => held.set(String(key), value), get: (key) => held.get(String(key)), resetReadTxn() {} };',
      /a process does not see what another one wrote/,
    ],
  ])('refuses one that %s, with an explanation', async (_title, open, message) => {
    const timeout = open === 'for (;;);' ? 3000 : 60_000;
    await expect(attempt({ lmdb: lmdbThat(open), timeout })).rejects.toThrow(message);
    expect(leftovers()).toEqual([]);
  });

  test('is abandoned at once when the process stops', async () => {
    const stop = new AbortController();
    const trial = attempt({ lmdb: lmdbThat('for (;;);'), timeout: 2 ** 30, signal: stop.signal });
    setTimeout(() => stop.abort(), 50);
    await expect(trial).rejects.toMatchObject({ name: 'AbortError' });
    await expect(attempt({ signal: stop.signal })).rejects.toMatchObject({ name: 'AbortError' });
    // Before the trial has its directory.
    const early = new AbortController();
    const begun = attempt({ lmdb: lmdbThat('for (;;);'), timeout: 2 ** 30, signal: early.signal });
    early.abort();
    await expect(begun).rejects.toMatchObject({ name: 'AbortError' });
    expect(leftovers()).toEqual([]);
  });
});
