import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readSettings } from '../../src/app/settings/read-settings.ts';
import { type Settings, settingsShape } from '../../src/app/settings/settings.ts';
import { knownKeys } from '../../src/config/known-keys.ts';
import { ConfigError } from '../../src/config/load-config.ts';
import { generatedCases } from '../support/generated-cases.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rolecall-'));
});
afterAll(() => rm(directory, { recursive: true }));

const NO_FILE = '/nonexistent/default.json';

async function file(name: string, content: unknown): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

function problems(read: () => unknown): readonly string[] {
  try {
    read();
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  throw new Error('the configuration was accepted');
}

describe('where settings come from', () => {
  test('the contract’s defaults', () => {
    expect(readSettings({}, NO_FILE)).toMatchObject({
      server: { host: '127.0.0.1', port: 8080, publicUrl: 'http://localhost:8080', workers: 1, trustedProxies: [] },
      dataDir: './data',
      stores: {},
      oidc: { clients: [] },
    });
  });

  test('the public URL follows the port, unless it is set', () => {
    expect(readSettings({ PORT: '9000' }, NO_FILE).server.publicUrl).toBe('http://localhost:9000');
    const said = { PORT: '9000', ROLECALL_PUBLIC_URL: 'https://id.example/' };
    expect(readSettings(said, NO_FILE).server.publicUrl).toBe('https://id.example');
  });

  test('the environment overrides the named file, which overrides the default file', async () => {
    const base = await file('base.json', { server: { port: 1000, host: '0.0.0.0', workers: 2 } });
    const over = await file('over.json', { server: { port: 2000, workers: 'auto' } });
    const settings = readSettings({ ROLECALL_CONFIG: over, PORT: '3000' }, base);
    expect(settings.server).toMatchObject({ host: '0.0.0.0', port: 3000, workers: 'auto' });
  });

  test('an empty variable counts as unset', () => {
    expect(readSettings({ PORT: '', ROLECALL_CONFIG: '' }, NO_FILE).server.port).toBe(8080);
  });

  test('nobody can change them afterwards', () => {
    const settings = readSettings({}, NO_FILE);
    expect(
      Object.isFrozen(settings) && Object.isFrozen(settings.server) && Object.isFrozen(settings.oidc.clients),
    ).toBe(true);
  });
});

describe('invalid configurations', () => {
  test('every problem is reported with its location', async () => {
    const bad = await file('bad.json', { server: { prot: 1 }, colour: 'red', log: { level: 'loud' } });
    const env = { ROLECALL_CONFIG: bad, PORT: 'eighty', ROLECALL_ACCOUNT_ID: '12', ROLECALL_WORKRES: '2' };
    const told = problems(() => readSettings(env, NO_FILE)).join('\n');
    for (const place of ['ROLECALL_WORKRES', 'PORT', 'ROLECALL_ACCOUNT_ID', 'server.prot', 'colour', 'log.level']) {
      expect(told).toContain(place);
    }
  });

  test.each([
    [{ PORT: '0' }, 'PORT'],
    [{ PORT: '65536' }, 'PORT'],
    [{ ROLECALL_WORKERS: '0' }, 'ROLECALL_WORKERS'],
    [{ ROLECALL_WORKERS: 'many' }, 'ROLECALL_WORKERS'],
    [{ ROLECALL_PUBLIC_URL: 'ftp://x' }, 'ROLECALL_PUBLIC_URL'],
    [{ ROLECALL_PUBLIC_URL: 'https://x/?a=b' }, 'ROLECALL_PUBLIC_URL'],
    [{ ROLECALL_PUBLIC_URL: 'https://x/iam' }, 'ROLECALL_PUBLIC_URL'],
    [{ ROLECALL_PUBLIC_URL: 'https://me:pw@x' }, 'ROLECALL_PUBLIC_URL'],
    [{ ROLECALL_ACCOUNT_ALIAS: 'Not OK' }, 'ROLECALL_ACCOUNT_ALIAS'],
    [{ ROLECALL_ROOT_EMAIL: 'nobody' }, 'ROLECALL_ROOT_EMAIL'],
    [{ ROLECALL_ADMIN_ACCESS_KEY_ID: 'AKIAQAAAAAAAAAAAAAAA' }, 'must be given together'],
    [{ ROLECALL_TRUSTED_PROXIES: '10.0.0.0/8,nonsense' }, 'ROLECALL_TRUSTED_PROXIES: must be an IP address or a range'],
    [{ ROLECALL_WORKERS: 'two' }, 'ROLECALL_WORKERS: must be a number from 1 to 256, or auto'],
    [{ ROLECALL_WORKERS: '0' }, 'ROLECALL_WORKERS: must be a number from 1 to 256, or auto'],
    [{ PORT: 'http' }, 'PORT: must be a number from 1 to 65535'],
    [{ ROLECALL_CONFIG: '/nonexistent/file.json' }, '/nonexistent/file.json: cannot be read'],
  ])('%j', (env, place) => {
    expect(problems(() => readSettings(env, NO_FILE)).join('\n')).toContain(place);
  });

  test('no value is ever repeated: it may be a secret', () => {
    const env = { ROLECALL_ADMIN_PASSWORD: 'hunter2', ROLECALL_ADMIN_SECRET_ACCESS_KEY: 'short' };
    const told = problems(() => readSettings(env, NO_FILE)).join('\n');
    expect(told).toContain('ROLECALL_ADMIN_PASSWORD');
    expect(told).not.toMatch(/hunter2|short\b/);
  });

  test.each([
    ['not JSON', '{'],
    ['not an object', '[]'],
  ])('a file that is %s', async (name, content) => {
    const path = await file(`${name}.json`, content);
    expect(problems(() => readSettings({ ROLECALL_CONFIG: path }, NO_FILE))).toEqual([expect.stringContaining(path)]);
  });

  test('unknown keys: each is reported separately, and counted', async () => {
    const path = await file('unknown.json', '{"foo": 1, "bar": 2}');
    const env = { ROLECALL_CONFIG: path };
    expect(problems(() => readSettings(env, NO_FILE))).toEqual(['foo: is not a known key', 'bar: is not a known key']);
  });

  test('a key named __proto__ is a key like any other', async () => {
    const path = await file('proto.json', '{"__proto__": {"polluted": true}, "server": {"__proto__": {"port": 1}}}');
    expect(problems(() => readSettings({ ROLECALL_CONFIG: path }, NO_FILE)).join('\n')).toContain('__proto__');
    expect({}).not.toHaveProperty('polluted');
  });
});

test('the variables that Kubernetes creates for services are ignored', () => {
  const env = {
    ROLECALL_SERVICE_HOST: '10.0.0.1',
    ROLECALL_SERVICE_PORT: '8080',
    ROLECALL_SERVICE_PORT_HTTP: '8080',
    ROLECALL_PORT: 'tcp://10.0.0.1:8080',
    ROLECALL_PORT_8080_TCP: 'tcp://10.0.0.1:8080',
    ROLECALL_PORT_8080_TCP_ADDR: '10.0.0.1',
  };
  expect(() => readSettings(env, NO_FILE)).not.toThrow();
});

describe('secrets from files', () => {
  const SECRETS: readonly [variable: string, value: string, at: (settings: Settings) => unknown][] = [
    ['ROLECALL_ROOT_PASSWORD', 'three quiet otters swim', ({ firstStart }) => firstStart.rootPassword],
    ['ROLECALL_ADMIN_PASSWORD', 'four quiet otters swim', ({ firstStart }) => firstStart.adminPassword],
    ['ROLECALL_KEY_ENCRYPTION_KEY', 'ab'.repeat(32), ({ keys }) => keys.keyEncryptionKey],
    ['ROLECALL_MONGODB_URI', 'mongodb://me:pw@db/rolecall', ({ stores }) => stores.mongodbUri],
    ['ROLECALL_REDIS_URL', 'redis://:pw@cache:6379', ({ stores }) => stores.redisUrl],
  ];

  test.each(SECRETS)('%s: from the variable or from the file that …_FILE names', async (name, value, at) => {
    const path = await file(name, value);
    expect(at(readSettings({ [name]: value }, NO_FILE))).toBe(value);
    expect(at(readSettings({ [`${name}_FILE`]: path }, NO_FILE))).toBe(value);
  });

  test('the access key of the first start', async () => {
    const pair = { ID: 'AKIAQAAAAAAAAAAAAAAA', SECRET: 'forty characters of a secret access key.' };
    const env = {
      ROLECALL_ADMIN_ACCESS_KEY_ID_FILE: await file('id', `${pair.ID}\n`),
      ROLECALL_ADMIN_SECRET_ACCESS_KEY_FILE: await file('secret', `${pair.SECRET}\r\n`),
    };
    expect(readSettings(env, NO_FILE).firstStart).toMatchObject({
      adminAccessKeyId: pair.ID,
      adminSecretAccessKey: pair.SECRET,
    });
  });

  test.each([
    ['pass word 1', 'pass word 1'],
    ['pass word 1\n', 'pass word 1'],
    ['pass word 1\r\n', 'pass word 1'],
    ['pass word 1\n\n', 'pass word 1\n'],
    [' pass word 1 \n', ' pass word 1 '],
  ])('%j: one trailing line break is ignored, in either form', async (text, secret) => {
    const path = await file('ended', text);
    for (const env of [{ ROLECALL_ADMIN_PASSWORD: text }, { ROLECALL_ADMIN_PASSWORD_FILE: path }])
      expect(readSettings(env, NO_FILE).firstStart.adminPassword).toBe(secret);
  });

  test('both forms at once are refused, even with the same value', async () => {
    const env = {
      ROLECALL_ADMIN_PASSWORD: 'pass word 1',
      ROLECALL_ADMIN_PASSWORD_FILE: await file('same', 'pass word 1'),
    };
    expect(problems(() => readSettings(env, NO_FILE))).toEqual([
      'ROLECALL_ADMIN_PASSWORD and ROLECALL_ADMIN_PASSWORD_FILE: only one of them may be set',
    ]);
    expect(readSettings({ ...env, ROLECALL_ADMIN_PASSWORD: '' }, NO_FILE).firstStart.adminPassword).toBe('pass word 1');
  });

  test('a missing, empty or invalid file is reported by its variable, without its content', async () => {
    const env = {
      ROLECALL_ROOT_PASSWORD_FILE: '/nonexistent/secret',
      ROLECALL_ADMIN_PASSWORD_FILE: await file('empty', '\n'),
      ROLECALL_REDIS_URL_FILE: await file('bad-url', 'http://:hunter2@cache'),
    };
    const told = [...problems(() => readSettings(env, NO_FILE))].sort();
    expect(told).toEqual([
      expect.stringMatching(/^ROLECALL_ADMIN_PASSWORD_FILE: .*empty is empty$/),
      expect.stringMatching(/^ROLECALL_REDIS_URL_FILE: the Redis URL is none of/),
      'ROLECALL_ROOT_PASSWORD_FILE: /nonexistent/secret cannot be read (ENOENT)',
    ]);
    expect(told.join()).not.toContain('hunter2');
  });
});

describe('messages to the operator', () => {
  test.each([
    ['{"port": 1}', 'port: is not a known key; did you mean server.port?'],
    ['{"server": {"prot": 1}}', 'server.prot: is not a known key; did you mean server.port?'],
    [
      '{"server": {"public_url": "https://x"}}',
      'server.public_url: is not a known key; did you mean server.publicUrl?',
    ],
    ['{"clients": []}', 'clients: is not a known key; did you mean oidc.clients?'],
    ['{"stores": {"mongodbUrl": "x"}}', 'stores.mongodbUrl: is not a known key; did you mean stores.mongodbUri?'],
  ])('%s: suggests the most likely key', async (text, problem) => {
    const path = await file('meant.json', text);
    expect(problems(() => readSettings({ ROLECALL_CONFIG: path }, NO_FILE))).toEqual([problem]);
  });

  test('… of a variable, too', () => {
    expect(problems(() => readSettings({ ROLECALL_WORKRES: '2' }, NO_FILE))).toEqual([
      'ROLECALL_WORKRES: is not a known variable; did you mean ROLECALL_WORKERS?',
    ]);
  });

  test.each([
    ['{"server": {"port": 1,}}', '1:23', 'a name in double quotes; no comma is allowed before } or another comma'],
    ['{\n  "server": {\n    port: 1\n  }\n}', '3:5', 'a name in double quotes'],
    ['{\n  "server": {"port" 1}\n}', '2:21', 'a colon'],
    ['{"dataDir": "C:\\data\\x"}', '1:13', 'text that ends on its line with a double quote, with \\ doubled'],
    ["{'a': 1}", '1:2', 'a name in double quotes'],
    ['{"a": 1', '1:8', 'a comma or }'],
    ['{"a": [1 2]}', '1:10', 'a comma or ]'],
    ['{"a": hunter2}', '1:7', 'a value (text in double quotes, a number, true, false, null, {…} or […])'],
    ['{} {}', '1:4', 'the end of the file'],
    ['', '1:1', 'a value (text in double quotes, a number, true, false, null, {…} or […])'],
  ])('%j is not JSON at %s', async (text, place, expected) => {
    const path = await file('fault.json', text.replace('\\\\', '\\'));
    expect(problems(() => readSettings({ ROLECALL_CONFIG: path }, NO_FILE))).toEqual([
      `${path}:${place}: is not valid JSON; expected ${expected}`,
    ]);
  });

  test('a byte order mark is accepted', async () => {
    const path = await file('bom.json', '\ufeff{"server": {"port": 9000}}');
    expect(readSettings({ ROLECALL_CONFIG: path }, NO_FILE).server.port).toBe(9000);
  });

  test('no message of the schema library reaches the operator, whatever the value', async () => {
    const told = new Set<string>();
    const wrong = [null, 12.5, -1, 1e9, '', 'x', true, [], [null], {}, [{}], ['x']];
    const all = knownKeys(settingsShape).flatMap(({ path }) => wrong.map((value) => ({ path, value })));
    const every = Math.round(all.length / generatedCases(all.length));
    for (const { path, value } of all.filter((_, index) => (index + Math.floor(index / wrong.length)) % every === 0)) {
      const content = path.split('.').reduceRight<unknown>((inner, step) => {
        const [name = ''] = step.split('[]');
        return { [name]: step.endsWith('[]') ? [inner] : inner };
      }, value);
      const name = await file('wrong.json', content);
      try {
        readSettings({ ROLECALL_CONFIG: name }, NO_FILE);
      } catch (error) {
        for (const problem of (error as ConfigError).problems) told.add(problem);
      }
    }
    expect(told.size).toBeGreaterThan(100);
    const foreign = [...told].filter((text) =>
      /invalid|too (small|big)|received|expected|undefined|\bzod\b/i.test(text),
    );
    expect(foreign).toEqual([]);
  });
});
