import * as iam from '@aws-sdk/client-iam';
import * as sts from '@aws-sdk/client-sts';
import { describe, expect, test } from '@jest/globals';
import { schemaModule } from '../../scripts/build/wire-schemas.ts';

/** The schemas that the built server has in place of the SDK packages. */
async function builtSchemas(exports: object): Promise<Readonly<Record<string, unknown>>> {
  const text = Buffer.from(schemaModule(exports)).toString('base64');
  return (await import(`data:text/javascript;base64,${text}`)) as Readonly<Record<string, unknown>>;
}

const OPERATION = 9;

/** Operations, and the structures and errors that they are made of. */
function schemasOf(exports: object): Readonly<Record<string, readonly unknown[]>> {
  return Object.fromEntries(
    Object.entries(exports).filter(([name, value]) => name.endsWith('$') && Array.isArray(value)),
  );
}

/** Calls thunks and compares all that can be reached; a schema that was met before is not entered again, for they contain themselves. */
function expectSame(built: unknown, given: unknown, met: Map<unknown, unknown>, path: string): void {
  if (typeof given === 'function' && typeof built === 'function') {
    expectSame(built(), given(), met, path);
  } else if (typeof given !== 'object' || given === null) {
    expect([path, built]).toEqual([path, given]);
  } else if (met.has(given)) {
    expect([path, met.get(given) === built]).toEqual([path, true]);
  } else {
    met.set(given, built);
    const keys = Object.keys(given);
    expect([path, Object.keys(built as object)]).toEqual([path, keys]);
    for (const key of keys)
      expectSame(Reflect.get(built as object, key), Reflect.get(given, key), met, `${path}.${key}`);
  }
}

describe.each([
  ['IAM', iam],
  ['STS', sts],
])('the schemas of %s in the bundle', (_, exports) => {
  test('cover all operations and shapes of the SDK', async () => {
    const schemas = schemasOf(exports);
    expect(Object.values(schemas).filter(([kind]) => kind === OPERATION).length).toBeGreaterThan(10);
    expect(Object.keys(await builtSchemas(exports)).sort()).toEqual(Object.keys(schemas).sort());
  });

  test('are deeply equal to those of the SDK', async () => {
    const built = await builtSchemas(exports);
    const met = new Map<unknown, unknown>();
    for (const [name, schema] of Object.entries(schemasOf(exports))) expectSame(built[name], schema, met, name);
    expect(met.size).toBeGreaterThan(100);
  });
});

test('a schema that cannot be serialised fails the build', () => {
  expect(() => schemaModule({ Odd$: [9, 'com.example', 'Odd', { when: new Date(0) }, () => 0, () => 0] })).toThrow(
    'cannot be written down',
  );
});
