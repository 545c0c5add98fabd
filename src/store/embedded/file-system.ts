import { statfsSync } from 'node:fs';
import { StoreUnavailableError } from '../../ports/collections.ts';

/** File systems of other machines, by the number that Linux gives them (statfs(2)): LMDB's locks and shared memory do not hold there. */
const NETWORK_FILE_SYSTEMS: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB'],
  [0x517b, 'SMB'],
  [0x5346414f, 'AFS'],
  [0x73757245, 'Coda'],
  [0x564c, 'NCP'],
]);

/** The network file system of that number, if it is one. */
export function networkFileSystem(type: number): string | undefined {
  return NETWORK_FILE_SYSTEMS.get(type >>> 0);
}

/** @throws {StoreUnavailableError} if the directory is on a network file system. */
export function requireLocalFileSystem(directory: string, type = statfsSync(directory).type): void {
  const found = networkFileSystem(type);
  if (found === undefined || process.platform !== 'linux') return;
  throw new StoreUnavailableError(
    `embedded store: ${directory} is on a network file system (${found}), where commits can be lost; put it on a local disk, or use MongoDB and Redis (ROLECALL_MONGODB_URI, ROLECALL_REDIS_URL)`,
  );
}
