import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { configurationPage } from '../../scripts/configuration-page.ts';
import { withKeyTable } from '../../scripts/ephemeral-key-table.ts';
import { environmentVariables } from '../../src/app/settings/environment-variables.ts';
import { settingsShape } from '../../src/app/settings/settings.ts';
import { knownKeys } from '../../src/config/known-keys.ts';

const page = new URL('../../docs/configuration.md', import.meta.url);

test('docs/configuration.md documents every key and variable, as `npx tsx scripts/make-configuration.ts --write` makes it', () => {
  const text = readFileSync(page, 'utf8');
  expect(text).toBe(configurationPage(knownKeys(settingsShape), environmentVariables));
  for (const { name } of environmentVariables) expect(text).toContain(`\`${name}\``);
});

test('docs/redis.md has every declared key', () => {
  const redis = readFileSync(new URL('../../docs/redis.md', import.meta.url), 'utf8');
  expect(withKeyTable(redis)).toBe(redis);
});
