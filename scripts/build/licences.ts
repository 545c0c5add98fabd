import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A package of which at least one file is bundled. */
export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** The licence stated in its `package.json`. */
  readonly licence: string;
  /** The contents of its licence and notice files. */
  readonly texts: readonly string[];
}

const LICENCE_FILE = /^(?:mit-)?(?:licen[cs]e|copying|notice|copyright)(?:[-.].*)?$/i;
const PACKAGE_OF = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/;

/** The directories of the packages that a build's inputs belong to, such as `node_modules/koa` or `node_modules/a/node_modules/b`. */
export function packageDirectories(inputs: Iterable<string>): readonly string[] {
  const directories = new Set<string>();
  for (const input of inputs) {
    // Only the schemas of the SDK packages are bundled, but their licence applies all the same.
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

/** @throws {Error} if a package does not state its licence. */
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

/** Replaces a licence file that a package lacks. @throws {Error} if we do not have the text of its licence. */
function withoutFile({ name, author, repository }: Manifest, licence: string): string {
  if (licence !== 'MIT') throw new Error(`${name} has no licence file, and the text of ${licence} is not known here`);
  const by = typeof author === 'object' ? author.name : (author ?? 'its contributors');
  const from = typeof repository === 'object' ? repository.url : (repository ?? 'not said');
  return `The package has no licence file; its package.json says MIT.\nBy ${by}. Source: ${from}\n\n${MIT_TEXT}`;
}

const RULE = '-'.repeat(100);

/** The licence file that is placed beside the bundle. */
export function licencesFile(packages: readonly BundledPackage[]): string {
  const head = `The files in this directory hold code of the packages below, each under its own licence. Rolecall itself is under the
Apache License 2.0.
`;
  const sections = packages.map(({ name, version, licence, texts }) =>
    [RULE, `${name} ${version} (${licence})`, RULE, ...texts].join('\n\n'),
  );
  return `${[head, ...sections].join('\n\n')}\n`;
}
