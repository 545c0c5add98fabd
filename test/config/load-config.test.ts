import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readSettings } from '../../src/app/read-settings.ts';
import { ConfigError } from '../../src/config/load-config.ts';

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

  test('the public URL follows the port, unless it is said', () => {
    expect(readSettings({ PORT: '9000' }, NO_FILE).server.publicUrl).toBe('http://localhost:9000');
    const said = { PORT: '9000', ROLECALL_PUBLIC_URL: 'https://id.example/' };
    expect(readSettings(said, NO_FILE).server.publicUrl).toBe('https://id.example');
  });

  test('environment over the named file over the default file', async () => {
    const base = await file('base.json', { server: { port: 1000, host: '0.0.0.0', workers: 2 } });
    const over = await file('over.json', { server: { port: 2000, workers: 'auto' } });
    const settings = readSettings({ ROLECALL_CONFIG: over, PORT: '3000' }, base);
    expect(settings.server).toMatchObject({ host: '0.0.0.0', port: 3000, workers: 'auto' });
  });

  test('an empty variable is as good as none', () => {
    expect(readSettings({ PORT: '', ROLECALL_CONFIG: '' }, NO_FILE).server.port).toBe(8080);
  });

  test('nobody can change them afterwards', () => {
    const settings = readSettings({}, NO_FILE);
    expect(
      Object.isFrozen(settings) && Object.isFrozen(settings.server) && Object.isFrozen(settings.oidc.clients),
    ).toBe(true);
  });
});

describe('what stops the start', () => {
  test('every problem is told, each with its place', async () => {
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

  test('unknown keys: each is a problem of its own, and counted', async () => {
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

test('the variables that Kubernetes makes for services are passed over', () => {
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
