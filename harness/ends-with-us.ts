import { spawnSync } from 'node:child_process';

/** Linux tells a process of its parent's death; util-linux's `setpriv` asks for that and then becomes the program, under the same id. */
const ASK = ['--pdeathsig', 'KILL'] as const;
const canAsk = spawnSync('setpriv', [...ASK, 'true'], { stdio: 'ignore' }).status === 0;

/**
 * A command whose process is killed when ours ends, however that ends: a Jest that is killed leaves no servers behind. Where the
 * system cannot do that, the command as it is.
 */
export function endsWithUs(
  program: string,
  args: readonly string[],
): readonly [program: string, args: readonly string[]] {
  return canAsk ? ['setpriv', [...ASK, program, ...args]] : [program, args];
}
