import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isPalettePng, toPalettePng } from './palette-png.ts';

/**
 * The pictures in the documentation are screenshots of the client suites:
 *
 *   ROLECALL_TEST_PICTURES=/tmp/pictures npm run test:clients
 *   npx tsx scripts/make-pictures.ts --write /tmp/pictures
 *
 * Without `--write`, this checks that each is shown on its page, is reduced to a palette, and is small.
 */
const PICTURES: Readonly<Record<string, readonly string[]>> = {
  'login-this-device': ['rolecall-login.md'],
  'login-another-device': ['rolecall-login.md'],
  'start-light-desktop': ['start-page.md', 'saml-apps.md'],
  'start-dark-phone': ['start-page.md'],
  'credentials-light-desktop': ['start-page.md'],
};
const DIRECTORY = 'docs/pictures';
const LARGEST = 60 * 1024;

function problems(): readonly string[] {
  const found: string[] = [];
  const known = new Set(Object.keys(PICTURES).map((name) => `${name}.png`));
  for (const file of existsSync(DIRECTORY) ? readdirSync(DIRECTORY) : []) {
    if (!known.has(file)) found.push(`${DIRECTORY}/${file} is not in the list of scripts/make-pictures.ts`);
  }
  for (const [name, pages] of Object.entries(PICTURES)) {
    const path = `${DIRECTORY}/${name}.png`;
    if (!existsSync(path)) {
      found.push(`${path} is missing`);
      continue;
    }
    const png = readFileSync(path);
    if (!isPalettePng(png)) found.push(`${path} has no palette`);
    if (png.length > LARGEST) found.push(`${path} has ${png.length} bytes, more than ${LARGEST}`);
    const isShown = (page: string): boolean => readFileSync(`docs/${page}`, 'utf8').includes(`](pictures/${name}.png)`);
    for (const page of pages) if (!isShown(page)) found.push(`docs/${page} does not show ${path}`);
  }
  return found;
}

const [flag, from] = process.argv.slice(2);
if (flag === '--write' && from !== undefined) {
  mkdirSync(DIRECTORY, { recursive: true });
  for (const name of Object.keys(PICTURES)) {
    const source = join(from, `${name}.png`);
    if (existsSync(source)) writeFileSync(`${DIRECTORY}/${name}.png`, toPalettePng(readFileSync(source)));
    else console.log(`${source} is missing: the picture stays as it is`);
  }
}
const found = problems();
for (const problem of found) console.error(problem);
console.log(`${Object.keys(PICTURES).length} pictures, ${found.length} problems`);
process.exitCode = found.length === 0 ? 0 : 1;
