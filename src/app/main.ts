import cluster from 'node:cluster';
import { fileURLToPath } from 'node:url';

/** `config/default.json` of this installation, independent of the working directory. */
const DEFAULT_CONFIG = fileURLToPath(new URL('../../config/default.json', import.meta.url));

/**
 * Imports the server and the commands dynamically, so that each loads only what it needs. It also keeps SIGHUP from ending the
 * process while they load: static imports would load before the handler below is installed.
 */
async function main(): Promise<void> {
  // Until there is something to reload, SIGHUP must not end the process.
  process.on('SIGHUP', () => {});
  const args = process.argv.slice(2);
  if (args.length > 0 && cluster.isPrimary) {
    const { runCommand } = await import('./commands/run-command.ts');
    const { env, stdout, stderr } = process;
    process.exitCode = await runCommand(args, { env, stdout, stderr, defaultConfig: DEFAULT_CONFIG });
    return;
  }
  const { runServer } = await import('./run-server.ts');
  await runServer(DEFAULT_CONFIG);
}

main().catch(async (error: unknown) => {
  const text = error instanceof Error ? error.message : String(error);
  process.stderr.write(`rolecall cannot start: ${text}\n`);
  const { CANNOT_START, reportCannotStart } = await import('./processes/workers.ts');
  void reportCannotStart(text).finally(() => process.exit(CANNOT_START));
});
