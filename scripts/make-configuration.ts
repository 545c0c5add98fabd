import { readFileSync, writeFileSync } from 'node:fs';
import { environmentVariables } from '../src/app/settings/environment-variables.ts';
import { settingsShape } from '../src/app/settings/settings.ts';
import { knownKeys } from '../src/config/known-keys.ts';
import { configurationPage } from './configuration-page.ts';
import { withKeyTable } from './ephemeral-key-table.ts';
import { withPresetTable } from './preset-table.ts';

/**
 * Checks the generated parts of the documentation: docs/configuration.md documents every key of the configuration file, docs/redis.md
 * every key in Redis, and docs/saml-presets.md every preset. `--write` updates them.
 */
const PAGES: Readonly<Record<string, (page: string) => string>> = {
  'docs/configuration.md': () => configurationPage(knownKeys(settingsShape), environmentVariables),
  'docs/redis.md': withKeyTable,
  'docs/saml-presets.md': withPresetTable,
};

for (const [document, generate] of Object.entries(PAGES)) {
  const current = readFileSync(document, 'utf8');
  const page = generate(current);
  if (process.argv.includes('--write')) {
    writeFileSync(document, page);
  } else if (current !== page) {
    process.stderr.write(`${document} is out of date: npx tsx scripts/make-configuration.ts --write\n`);
    process.exitCode = 1;
  }
}
