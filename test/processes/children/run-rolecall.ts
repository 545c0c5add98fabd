/** The command line, as `main` runs it. */
import { runCommand } from '../../../src/app/commands/run-command.ts';

const { env, stdout, stderr, argv } = process;
process.exitCode = await runCommand(argv.slice(2), { env, stdout, stderr, defaultConfig: '/no/such/default.json' });
