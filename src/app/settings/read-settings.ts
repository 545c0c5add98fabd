import type { EnvironmentVariable } from '../../config/environment.ts';
import { loadConfig } from '../../config/load-config.ts';
import { environmentVariables } from './environment-variables.ts';
import { type Settings, settingsShape } from './settings.ts';

/** Names the configuration file that overrides `config/default.json`. */
const CONFIG_FILE: EnvironmentVariable = { name: 'ROLECALL_CONFIG', path: '' };

/**
 * The settings of this process. The environment overrides the file named by `ROLECALL_CONFIG`, which overrides
 * `config/default.json`, which overrides the built-in defaults.
 * @throws {ConfigError} naming every problem.
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
    names: ['client_id', 'name', 'id'],
  });
}
