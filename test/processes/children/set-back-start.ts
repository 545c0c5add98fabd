import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Does to LMDB's lock file what a process does that opens the environment while another commits: sets the number of the newest
 * transaction back, by one or by its second argument. Not within the test: closing a file of LMDB's takes away its locks of the process.
 */
const [directory = '', by = '1'] = process.argv.slice(2);
/** Behind the magic number and the format of the lock file. */
const NEWEST_TRANSACTION = 8;

const file = openSync(join(directory, 'lock.mdb'), 'r+');
const bytes = Buffer.alloc(8);
readSync(file, bytes, 0, 8, NEWEST_TRANSACTION);
bytes.writeBigUInt64LE(bytes.readBigUInt64LE() - BigInt(by));
writeSync(file, bytes, 0, 8, NEWEST_TRANSACTION);
closeSync(file);
