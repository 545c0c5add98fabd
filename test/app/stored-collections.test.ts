import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { z } from 'zod';
import { temporaryDirectory } from '../../harness/temporary-directory.ts';
import { listedOnly, storedCollections } from '../../src/app/stores/stored-collections.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import type { CollectionDeclaration } from '../../src/ports/collections.ts';
import { people } from '../../src/ports/contract/contract-documents.ts';
import { missedChanges } from '../../src/store/back-up-feed.ts';
import { type EmbeddedStore, openEmbeddedStore } from '../../src/store/embedded/open-embedded-store.ts';
import { imports } from '../../src/store/transfer/import-marker.ts';

const directory = temporaryDirectory();
let store: EmbeddedStore;
beforeAll(async () => {
  store = await openEmbeddedStore({ directory: directory.path, clock: systemClock });
});
afterAll(async () => {
  await store.close();
  directory.remove();
});

/** All declarations in the source, by their files' text. */
async function declared(): Promise<CollectionDeclaration[]> {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  const found: CollectionDeclaration[] = [];
  const inProduct = files.filter((name) => !name.startsWith('ports/'));
  for (const path of inProduct.map((name) => join('src', name))) {
    const names = [...readFileSync(path, 'utf8').matchAll(/^(?:export )?const (\w+): CollectionDeclaration</gm)];
    if (names.length === 0) continue;
    const module = (await import(pathToFileURL(resolve(path)).href)) as Record<string, CollectionDeclaration>;
    for (const [, name = ''] of names) found.push(module[name] as CollectionDeclaration);
  }
  return found;
}

describe('the list of all collections', () => {
  test('has every declared collection except those for running servers: the import marker and missed changes', async () => {
    const names = (list: readonly CollectionDeclaration[]) => list.map(({ name }) => name).sort();
    const listed = storedCollections.map(({ declaration }) => declaration);
    expect(names(await declared())).toEqual(names([...listed, imports, missedChanges]));
    expect(new Set(names(listed)).size).toBe(listed.length);
  });

  test('is all that the server can open', async () => {
    const opened = listedOnly(store.collections);
    for (const { declaration } of storedCollections) expect(await opened.open(declaration).count('key', [])).toBe(0);
    expect(() => opened.open(people('secret'))).toThrow('contract-secret is not listed in stored-collections.ts');
  });

  test.each(storedCollections.map(({ declaration }) => [declaration.name, declaration] as const))(
    '%s hold nothing but what JSON keeps as it is',
    (_, { shape }) => expect(foreignTypes(shape)).toEqual([]),
  );
});

const KEPT = new Set([
  'string',
  'number',
  'boolean',
  'enum',
  'literal',
  'optional',
  'object',
  'array',
  'union',
  'record',
  'unknown',
]);

/** The types in a shape that JSON has no like of (dates, bytes, big numbers, …). */
function foreignTypes(shape: z.ZodType): string[] {
  const definition = shape.def as unknown as Readonly<Record<string, unknown>>;
  const type = String(definition['type']);
  const inner = ['innerType', 'element', 'valueType', 'keyType', 'options'].flatMap((name) => definition[name] ?? []);
  const fields = Object.values((definition['shape'] as object | undefined) ?? {});
  const below = [...inner, ...fields].flatMap((each) => foreignTypes(each as z.ZodType));
  return KEPT.has(type) ? below : [type, ...below];
}
