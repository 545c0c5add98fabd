import type { EnvironmentVariable } from '../config/environment.ts';
import { loadConfig } from '../config/load-config.ts';
import { environmentVariables, type Settings, settingsShape } from './settings.ts';

/** Names the configuration file that lies over `config/default.json`. */
const CONFIG_FILE: EnvironmentVariable = { name: 'ROLECALL_CONFIG', path: '' };

/**
 * The settings of this process: environment over the file of `ROLECALL_CONFIG` over `config/default.json` over defaults.
 * @throws {ConfigError} naming everything that is wrong.
 */
export function readSettings(env: Readonly<Record<string, string | undefined>>, defaultFile: string): Settings {
  const { [CONFIG_FILE.name]: file, ...variables } = env;
  return loadConfig({
    shape: settingsShape,
    environment: environmentVariables,
    prefix: 'ROLECALL_',
    files: [
      { path: defaultFile, optional: true },
      ...(file === undefined || file === '' ? [] : [{ path: file, optional: false }]),
    ],
    env: variables,
    names: ['client_id'],
  });
}
