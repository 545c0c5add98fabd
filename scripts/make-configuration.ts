import { readFileSync, writeFileSync } from 'node:fs';
import { environmentVariables, settingsShape } from '../src/app/settings.ts';
import { knownKeys } from '../src/config/known-keys.ts';
import { configurationPage } from './configuration-page.ts';

/** Checks that docs/configuration.md documents every key of the configuration file. `--write` updates it. */
const DOCUMENT = 'docs/configuration.md';

const page = configurationPage(knownKeys(settingsShape), environmentVariables);
if (process.argv.includes('--write')) {
  writeFileSync(DOCUMENT, page);
} else if (readFileSync(DOCUMENT, 'utf8') !== page) {
  process.stderr.write(`${DOCUMENT} is not what the schemas say: npx tsx scripts/make-configuration.ts --write\n`);
  process.exitCode = 1;
}
