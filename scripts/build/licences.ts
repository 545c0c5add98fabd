import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A package of which at least one file is in the bundle. */
export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** As its `package.json` says it. */
  readonly licence: string;
  /** The texts of its licence and notice files. */
  readonly texts: readonly string[];
}

const LICENCE_FILE = /^(?:mit-)?(?:licen[cs]e|copying|notice|copyright)(?:[-.].*)?$/i;
const PACKAGE_OF = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/;

/** The directories of the packages that the inputs of a build come from: `node_modules/koa`, `node_modules/a/node_modules/b`. */
export function packageDirectories(inputs: Iterable<string>): readonly string[] {
  const directories = new Set<string>();
  for (const input of inputs) {
    // Of the SDK packages, only what their schemas say is in the bundle; that is theirs all the same.
    const path = input.replace(/^wire-schemas:/, 'node_modules/');
    const directory = PACKAGE_OF.exec(path)?.[0];
    if (directory !== undefined) directories.add(directory);
  }
  return [...directories].sort();
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string | { readonly type: string };
  readonly author?: string | { readonly name: string };
  readonly repository?: string | { readonly url: string };
}

/** @throws {Error} if a package does not say under which licence it is. */
export function readPackage(directory: string): BundledPackage {
  const manifest = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as Manifest;
  const { name, version, license } = manifest;
  const licence = typeof license === 'object' ? license.type : license;
  if (licence === undefined)
    throw new Error(`${directory}/package.json names no licence: the package cannot be bundled`);
  const files = readdirSync(directory).filter((file) => LICENCE_FILE.test(file));
  const texts = files.map((file) => readFileSync(join(directory, file), 'utf8').trim());
  return { name, version, licence, texts: texts.length > 0 ? texts : [withoutFile(manifest, licence)] };
}

const MIT_TEXT = `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the
"Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish,
distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to
the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF
MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR
ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH
THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;

/** What stands for the licence file that a package lacks. @throws {Error} if its licence's text is not known here. */
function withoutFile({ name, author, repository }: Manifest, licence: string): string {
  if (licence !== 'MIT') throw new Error(`${name} has no licence file, and the text of ${licence} is not known here`);
  const by = typeof author === 'object' ? author.name : (author ?? 'its contributors');
  const from = typeof repository === 'object' ? repository.url : (repository ?? 'not said');
  return `The package has no licence file; its package.json says MIT.\nBy ${by}. Source: ${from}\n\n${MIT_TEXT}`;
}

const RULE = '-'.repeat(100);

/** The file that stands beside the bundle. */
export function licencesFile(packages: readonly BundledPackage[]): string {
  const head = `The files in this directory hold code of the packages below, each under its own licence. Rolecall itself is under the
Apache License 2.0.
`;
  const sections = packages.map(({ name, version, licence, texts }) =>
    [RULE, `${name} ${version} (${licence})`, RULE, ...texts].join('\n\n'),
  );
  return `${[head, ...sections].join('\n\n')}\n`;
}
