import { readFileSync, realpathSync, statfsSync } from 'node:fs';
import { StoreUnavailableError } from '../../ports/collections.ts';

/**
 * Network file systems, by their Linux type number (statfs(2)). LMDB's documentation rules them out even if only one machine uses
 * them, because locks and memory maps may not work there.
 */
const NETWORK_FILE_SYSTEMS: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB'],
  [0x517b, 'SMB'],
  [0x5346414f, 'AFS'],
  [0x6b414653, 'AFS'],
  [0x73757245, 'Coda'],
  [0x564c, 'NCP'],
  [0x00c36400, 'Ceph'],
  [0x0bd00bd0, 'Lustre'],
  [0x47504653, 'GPFS'],
  [0x20030528, 'OrangeFS'],
  [0x19830326, 'BeeGFS'],
]);

/** FUSE programs that mount files of another machine, by the type name that they mount under. */
const NETWORK_PROGRAMS =
  /^fuse\.(?:sshfs|glusterfs|ceph|ceph-fuse|s3fs|goofys|mountpoint-s3|gcsfuse|blobfuse2?|rclone|juicefs|seaweedfs|davfs2?|curlftpfs|moosefs|mfs|lizardfs|hdfs|onedriver)$/i;

/** Local and in-memory file systems on which memory maps and locks are known to work. All others are tested first. */
const LOCAL_FILE_SYSTEMS: ReadonlySet<number> = new Set([
  0xef53, // ext2, ext3, ext4
  0x58465342, // XFS
  0x9123683e, // Btrfs
  0x2fc12fc1, // ZFS
  0xf2f52010, // F2FS
  0xca451a4e, // bcachefs
  0x3153464a, // JFS
  0x01021994, // tmpfs
  0x794c7630, // overlayfs
]);

/** What is known about the file system of a directory. */
export type FileSystemKind =
  | { readonly kind: 'local' }
  | { readonly kind: 'network'; readonly name: string }
  | { readonly kind: 'unknown'; readonly name: string };

const LOCAL: FileSystemKind = { kind: 'local' };

/** @param mounted The type under which the file system is mounted, if known. */
export function fileSystemKind(type: number, mounted?: string): FileSystemKind {
  const number = type >>> 0;
  const network = NETWORK_FILE_SYSTEMS.get(number) ?? (mounted && NETWORK_PROGRAMS.test(mounted) ? mounted : undefined);
  if (network !== undefined) return { kind: 'network', name: network };
  return LOCAL_FILE_SYSTEMS.has(number) ? LOCAL : { kind: 'unknown', name: mounted ?? `type 0x${number.toString(16)}` };
}

/**
 * Determines the kind of file system that a directory is on. Only possible on Linux.
 * @throws {StoreUnavailableError} if it is on a network file system.
 */
export function requireLocalFileSystem(directory: string, type = statfsSync(directory).type): FileSystemKind {
  if (process.platform !== 'linux') return LOCAL;
  const found = fileSystemKind(type, LOCAL_FILE_SYSTEMS.has(type >>> 0) ? undefined : mountedType(directory));
  if (found.kind !== 'network') return found;
  throw new StoreUnavailableError(
    `embedded store: ${directory} is on a network file system (${found.name}), where commits can be lost; put it on a local disk, or use MongoDB and Redis (ROLECALL_MONGODB_URI, ROLECALL_REDIS_URL)`,
  );
}

/** The type of the mount that a directory is on, such as `fuse.sshfs`, `virtiofs` or `9p` (proc(5), mountinfo). */
function mountedType(directory: string): string | undefined {
  try {
    return mountTypeOf(realpathSync(directory), readFileSync('/proc/self/mountinfo', 'utf8'));
  } catch {
    return undefined;
  }
}

/** The type of the innermost mount that contains a path. If several are mounted at the same place, the last one counts. */
export function mountTypeOf(path: string, mountinfo: string): string | undefined {
  let found: { readonly length: number; readonly type: string | undefined } | undefined;
  for (const line of mountinfo.split('\n')) {
    const [before = '', after = ''] = line.split(' - ');
    const encoded = before.split(' ')[4];
    if (encoded === undefined) continue;
    const point = encoded.replace(/\\([0-7]{3})/g, (_, octal: string) =>
      String.fromCharCode(Number.parseInt(octal, 8)),
    );
    const isAbove = point === '/' || path === point || path.startsWith(`${point}/`);
    if (isAbove && point.length >= (found?.length ?? 0)) found = { length: point.length, type: after.split(' ')[0] };
  }
  return found?.type;
}
