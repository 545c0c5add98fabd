import type { Machine } from './places.ts';

/** A program and its arguments. */
export type Program = readonly [path: string, ...args: string[]];

const WINDOWS_OPENER = ['rundll32.exe', 'url.dll,FileProtocolHandler'] as const;
/** Where WSL finds the programs of Windows even if they are not on its PATH. */
const WSL_SYSTEM = '/mnt/c/Windows/System32';

/**
 * The programs that open a URL, to be tried in this order; none if there is no browser for the person at this machine. No shell reads the
 * URL. `$BROWSER` is a list of commands, with `%s` for the URL (as xdg-open and Python read it).
 */
export function browserPrograms({ platform, env }: Pick<Machine, 'platform' | 'env'>, url: string): readonly Program[] {
  const chosen = fromVariable(platform, env['BROWSER'], url);
  if (chosen.length > 0) return chosen;
  if (platform === 'win32') return [[...WINDOWS_OPENER, url]];
  if (platform === 'darwin') return isRemote(env) ? [] : [['open', url]];
  // The browser of Windows has the person's sessions; one inside WSL does not.
  if (env['WSL_DISTRO_NAME'] !== undefined) {
    const [opener, argument] = WINDOWS_OPENER;
    return [
      ['wslview', url],
      [`${WSL_SYSTEM}/${opener}`, argument, url],
    ];
  }
  const hasDisplay = Boolean(env['DISPLAY'] || env['WAYLAND_DISPLAY']);
  return hasDisplay && !isRemote(env) ? [['xdg-open', url]] : [];
}

/** Whether the person is at another machine. */
function isRemote(env: Machine['env']): boolean {
  return Boolean(env['SSH_CONNECTION'] || env['SSH_TTY']);
}

function fromVariable(platform: NodeJS.Platform, variable: string | undefined, url: string): readonly Program[] {
  if (variable === undefined || variable.trim() === '') return [];
  const commands = platform === 'win32' ? [variable] : variable.split(':');
  return commands.flatMap((command): Program[] => {
    const [path, ...args] = platform === 'win32' ? [command] : command.trim().split(/\s+/);
    if (path === undefined || path === '') return [];
    const filled = args.map((arg) => arg.replaceAll('%s', url));
    return [[path, ...(args.some((arg) => arg.includes('%s')) ? filled : [...filled, url])]];
  });
}

/** Starts the first program that there is. Returns whether one was started. */
export async function openBrowser(programs: readonly Program[]): Promise<boolean> {
  const { spawn } = await import('node:child_process');
  for (const program of programs) if (await start(spawn, program)) return true;
  return false;
}

/** A browser may run on for long, so only a program that fails soon counts as failed. */
const SETTLED_MS = 1500;

function start(spawn: typeof import('node:child_process').spawn, [path, ...args]: Program): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(path, args, { stdio: 'ignore', detached: true });
    const timer = setTimeout(() => resolve(true), SETTLED_MS);
    const settle = (started: boolean): void => {
      clearTimeout(timer);
      resolve(started);
    };
    child.once('error', () => settle(false));
    child.once('exit', (code) => settle(code === 0));
    child.unref();
  });
}
