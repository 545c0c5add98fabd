import { spawnSync } from 'node:child_process';

/**
 * Linux can notify a process of its parent's death. util-linux's `setpriv` requests that and then becomes the program, with the
 * same process id.
 */
const ASK = ['--pdeathsig', 'KILL'] as const;
const canAsk = spawnSync('setpriv', [...ASK, 'true'], { stdio: 'ignore' }).status === 0;

/**
 * Wraps a command so that its process is killed when ours ends, however that happens: if Jest is killed, no servers are left
 * behind. Returns the command unchanged if the system does not support this.
 */
export function endsWithUs(
  program: string,
  args: readonly string[],
): readonly [program: string, args: readonly string[]] {
  return canAsk ? ['setpriv', [...ASK, program, ...args]] : [program, args];
}
