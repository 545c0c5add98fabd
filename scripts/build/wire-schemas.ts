import type { Plugin } from 'esbuild';

/**
 * The SDK packages are only used for the schemas of their operations, but importing one loads a whole client. So the build imports
 * them and bundles just the schemas, which are plain arrays. Sources, tests and `tsx` import the packages themselves, which remain
 * the only source of the schemas.
 */
const SDK_PACKAGES: Readonly<Record<string, () => Promise<object>>> = {
  '@aws-sdk/client-cloudtrail': () => import('@aws-sdk/client-cloudtrail'),
  '@aws-sdk/client-iam': () => import('@aws-sdk/client-iam'),
  '@aws-sdk/client-organizations': () => import('@aws-sdk/client-organizations'),
  '@aws-sdk/client-sts': () => import('@aws-sdk/client-sts'),
};

type Schema = readonly unknown[];

/** Schemas begin with their kind, namespace and name. No other array in them does. */
const isSchema = (value: unknown): value is Schema =>
  Array.isArray(value) && typeof value[0] === 'number' && typeof value[1] === 'string' && typeof value[2] === 'string';

/** The text of a module that exports all schemas in `exports` under the same names. */
export function schemaModule(exports: object): string {
  const names = new Map<Schema, string>();
  const declared = new Set<Schema>();
  const statements: string[] = [];

  function nameOf(schema: Schema, isThunk: boolean): string {
    const known = names.get(schema);
    if (known === undefined) return declare(schema);
    // A thunk is called after all declarations, but a plain reference is read immediately.
    if (!isThunk && !declared.has(schema))
      throw new TypeError(`the schema ${String(schema[2])} contains itself directly`);
    return known;
  }
  function declare(schema: Schema): string {
    const name = `schema${names.size}`;
    names.set(schema, name);
    const parts = schema.map(textOf);
    statements.push(`const ${name} = [${parts.join(', ')}];`);
    declared.add(schema);
    return name;
  }
  function textOf(value: unknown): string {
    if (typeof value === 'function') {
      const target: unknown = value();
      return `() => ${isSchema(target) ? nameOf(target, true) : textOf(target)}`;
    }
    if (isSchema(value)) return nameOf(value, false);
    if (Array.isArray(value)) return `[${value.map(textOf).join(', ')}]`;
    if (value === undefined) return 'undefined';
    if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) return JSON.stringify(value);
    if (typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype)
      return `{ ${Object.entries(value)
        .map(([key, item]) => `${JSON.stringify(key)}: ${textOf(item)}`)
        .join(', ')} }`;
    throw new TypeError(`a schema holds what cannot be written down: ${String(value)}`);
  }

  for (const [name, value] of Object.entries(exports))
    if (isSchema(value)) statements.push(`export { ${nameOf(value, false)} as ${name} };`);
  return `${statements.join('\n')}\n`;
}

/** Replaces the SDK packages by their schemas. Importing anything else from them fails the build. */
export const wireSchemas: Plugin = {
  name: 'wire-schemas',
  setup(build) {
    const namespace = 'wire-schemas';
    const filter = new RegExp(`^(?:${Object.keys(SDK_PACKAGES).join('|')})$`);
    build.onResolve({ filter }, ({ path }) => ({ path, namespace, sideEffects: false }));
    build.onLoad({ filter: /./, namespace }, async ({ path }) => ({
      contents: schemaModule((await SDK_PACKAGES[path]?.()) ?? {}),
      loader: 'js',
    }));
  },
};
