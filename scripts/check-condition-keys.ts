import { readFileSync, writeFileSync } from 'node:fs';
import { CATALOGUE } from '../src/policy/catalogue/catalogue.ts';
import type { ConditionKey } from '../src/policy/catalogue/condition-key.ts';

/** Checks that docs/condition-keys.md matches the catalogue of condition keys. `--write` updates it. */
const DOCUMENT = 'docs/condition-keys.md';
const TABLES = /(?<=<!-- condition keys: begin[^\n]*-->\n).*?(?=<!-- condition keys: end -->)/s;

const HEADINGS: Readonly<Record<keyof typeof CATALOGUE, string>> = {
  global: 'Global keys',
  iam: 'IAM',
  sts: 'STS',
  organizations: 'Organizations',
  webIdentity: 'Claims of web identities',
  saml: 'SAML assertions',
  signIn: 'Sign-ins at this server',
  rolecall: 'Keys of this server',
  crossService: 'Keys of other services',
};

function renderRow({ name, type, multivalued, presence }: ConditionKey): string {
  return `| \`${name}\` | ${multivalued ? `${type}, several` : type} | ${presence} |`;
}

function renderTable(head: string, keys: readonly ConditionKey[]): string {
  return keys.length === 0 ? '' : [head, '|---|---|---|', ...keys.map(renderRow), ''].join('\n');
}

function renderSection(area: keyof typeof CATALOGUE): string {
  const keys: readonly ConditionKey[] = CATALOGUE[area];
  const live = keys.filter(({ origin }) => origin !== 'none');
  const none = keys.filter(({ origin }) => origin === 'none');
  const tables = [
    renderTable('| key | type | value |', live),
    renderTable('| without a value here | type | why |', none),
  ];
  return [`## ${HEADINGS[area]}\n`, ...tables].filter((part) => part !== '').join('\n');
}

const areas = Object.keys(HEADINGS) as (keyof typeof CATALOGUE)[];
const tables = `\n${areas.map(renderSection).join('\n')}`;
const document = readFileSync(DOCUMENT, 'utf8');
if (process.argv.includes('--write')) {
  writeFileSync(
    DOCUMENT,
    document.replace(TABLES, () => tables),
  );
} else if (TABLES.exec(document)?.[0] !== tables) {
  console.error(`${DOCUMENT} does not say what the catalogue says: npx tsx scripts/check-condition-keys.ts --write`);
  process.exitCode = 1;
}
console.log(`${Object.values(CATALOGUE).flat().length} condition keys`);
