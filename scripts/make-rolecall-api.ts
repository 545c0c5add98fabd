import { readFileSync, writeFileSync } from 'node:fs';
import { type RolecallOperationDependencies, rolecallOperations } from '../src/rolecall/rolecall-operations.ts';
import { operationsText } from './rolecall-api-page.ts';

/** Checks that docs/rolecall-api.md describes every operation as declared. `--write` updates it. */
const DOCUMENT = 'docs/rolecall-api.md';
const GENERATED = /(?<=<!-- operations: begin[^\n]*-->\n).*?(?=<!-- operations: end -->)/s;

// The descriptors are only read, never called, so their dependencies are not needed.
const declarations = rolecallOperations({} as RolecallOperationDependencies).map(({ declaration }) => declaration);
const page = readFileSync(DOCUMENT, 'utf8');
const wanted = page.replace(GENERATED, () => operationsText(declarations));
if (process.argv.includes('--write')) writeFileSync(DOCUMENT, wanted);
else if (page !== wanted) {
  process.stderr.write(`${DOCUMENT} is not what is declared: npx tsx scripts/make-rolecall-api.ts --write\n`);
  process.exitCode = 1;
}
