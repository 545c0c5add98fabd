const { mkdirSync, readdirSync, rmSync, statfsSync } = require('node:fs');
const { join } = require('node:path');

const SHARED_MEMORY = '/dev/shm';
const TMPFS = 0x01021994;
const ENOUGH_BYTES = 1024 ** 3;
const PREFIX = 'rolecall-tests-';

/**
 * Before all tests: their temporary files go to memory if the system has a file system for that with enough room. A store commits for
 * each small change, so on a disk most of the tests would wait for it. A `TMPDIR` that is set stays.
 */
module.exports = function useMemory() {
  if (process.env.TMPDIR !== undefined || !hasRoom()) return;
  removeLeftovers();
  const directory = join(SHARED_MEMORY, `${PREFIX}${process.pid}`);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  process.env.TMPDIR = directory;
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
};

function hasRoom() {
  try {
    const { type, bavail, bsize } = statfsSync(SHARED_MEMORY);
    return type === TMPFS && bavail * bsize >= ENOUGH_BYTES;
  } catch {
    return false;
  }
}

/** Those of runs that were killed. */
function removeLeftovers() {
  for (const name of readdirSync(SHARED_MEMORY)) {
    const pid = Number(name.startsWith(PREFIX) ? name.slice(PREFIX.length) : Number.NaN);
    if (pid > 0 && !isRunning(pid)) rmSync(join(SHARED_MEMORY, name), { recursive: true, force: true });
  }
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
