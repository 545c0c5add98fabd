import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { temporaryDirectory } from '../../harness/temporary-directory.ts';
import { settingsReloader } from '../../src/app/processes/reload-settings.ts';
import { readSettings } from '../../src/app/settings/read-settings.ts';
import { StoreUnavailableError } from '../../src/ports/collections.ts';

let directory = temporaryDirectory();
beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(() => directory.remove());

const CLIENT = { client_id: 'app', redirect_uris: ['https://app.example/cb'], token_endpoint_auth_method: 'none' };

interface SceneOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Called before the clients are brought in; it may throw, as a store does. */
  readonly beforeClients?: () => void;
}

function scene(content: unknown, { env = {}, beforeClients = () => {} }: SceneOptions = {}) {
  const path = join(directory.path, 'config.json');
  const write = (text: unknown) => writeFileSync(path, typeof text === 'string' ? text : JSON.stringify(text));
  write(content);
  const read = () => readSettings({ ROLECALL_CONFIG: path, ...env }, '/no/default.json');
  const lines: unknown[][] = [];
  const stop = new AbortController();
  const levels: string[] = [];
  const brought: string[][] = [];
  const told =
    (level: string) =>
    (...rest: unknown[]): void =>
      void lines.push([level, ...rest]);
  const reload = settingsReloader({
    started: read(),
    read,
    log: { info: told('info'), warn: told('warn'), error: told('error'), setLevel: (level) => void levels.push(level) },
    syncClients: async ({ oidc }) => {
      beforeClients();
      brought.push(oidc.clients.map(({ client_id }) => client_id));
    },
    stop: stop.signal,
  });
  return { write, reload, lines, levels, brought, stop };
}

describe('reloading the configuration', () => {
  test('applies the log level and the clients', async () => {
    const { write, reload, levels, brought, lines } = scene({});
    write({ log: { level: 'debug' }, oidc: { clients: [CLIENT] } });
    await reload();
    expect([levels, brought]).toEqual([['debug'], [['app']]]);
    expect(lines).toEqual([['info', 'the configuration was read again', { logLevel: 'debug', clients: 1 }]]);
  });

  test('names other settings that changed since the start, without their values', async () => {
    const { write, reload, lines } = scene({ server: { port: 8080 }, dataDir: './data' });
    write({ server: { port: 8081, trustedProxies: ['10.0.0.0/8'] }, stores: { redisUrl: 'redis://:hunter2@cache' } });
    for (let times = 0; times < 2; times++) {
      lines.length = 0;
      await reload();
      const [, , facts] = lines.at(-1) ?? [];
      expect(lines.at(-1)).toEqual(['warn', 'settings changed that need a restart', facts]);
      expect((facts as { settings: string[] }).settings.sort()).toEqual([
        'server.port',
        'server.publicUrl',
        'server.trustedProxies',
        'stores.redisUrl',
      ]);
    }
    expect(JSON.stringify(lines)).not.toContain('hunter2');
  });

  test('applies the sources for MinIO, and says that the issuers of tokens need a restart', async () => {
    const { write, reload, lines } = scene({});
    const role = 'arn:aws:iam::123456789012:role/r';
    write({
      federation: {
        minio: { roleArns: { 'arn:minio:iam:::role/x': role } },
        webIdentity: { issuers: [{ issuer: 'https://a.example' }] },
      },
    });
    await reload();
    expect(lines.at(-1)).toEqual([
      'warn',
      'settings changed that need a restart',
      { settings: ['federation.webIdentity.issuers'] },
    ]);
  });

  test('changes nothing if it is invalid', async () => {
    const { write, reload, levels, brought, lines } = scene({});
    write('{"log": {"level": "debug"},}');
    await reload();
    expect([levels, brought]).toEqual([[], []]);
    expect(lines).toEqual([
      ['error', 'the configuration is invalid, so the previous one stays in use', expect.anything()],
    ]);
    write({ log: { level: 'warn' } });
    await reload();
    expect(levels).toEqual(['warn']);
  });

  test('signals during a reload cause one more reload afterwards', async () => {
    const { write, reload, brought } = scene({});
    const first = reload();
    write({ oidc: { clients: [CLIENT] } });
    await Promise.all([first, reload(), reload()]);
    expect(brought).toEqual([[], ['app']]);
  });

  test('the environment takes precedence, as at the start', async () => {
    const { write, reload, levels } = scene({}, { env: { ROLECALL_LOG_LEVEL: 'error' } });
    write({ log: { level: 'debug' } });
    await reload();
    expect(levels).toEqual(['error']);
  });

  describe('when a store fails halfway', () => {
    const down = () => new StoreUnavailableError('MongoDB: cannot be reached');

    test('continues until all is applied, and reports meanwhile that it is not', async () => {
      let failures = 2;
      const { write, reload, levels, brought, lines } = scene(
        {},
        {
          beforeClients() {
            if (failures-- > 0) throw down();
          },
        },
      );
      write({ log: { level: 'debug' }, oidc: { clients: [CLIENT] } });
      await reload();
      expect([levels, brought]).toEqual([['debug'], [['app']]]);
      expect(lines.map(([level, text]) => [level, String(text)])).toEqual([
        ['warn', expect.stringMatching(/some clients may be as the configuration says and others as before: MongoDB/)],
        ['info', 'the configuration was read again'],
      ]);
    });

    test('a further signal replaces the waiting reload', async () => {
      let isDown = true;
      const { write, reload, brought } = scene(
        { oidc: { clients: [CLIENT] } },
        {
          beforeClients() {
            if (isDown) throw down();
          },
        },
      );
      const first = reload();
      write({ oidc: { clients: [{ ...CLIENT, client_id: 'other' }] } });
      isDown = false;
      await Promise.all([first, reload()]);
      expect(brought).toEqual([['other']]);
    });

    test('a stop ends it without logging about the configuration', async () => {
      const { reload, stop, lines } = scene(
        {},
        {
          beforeClients() {
            throw down();
          },
        },
      );
      const waiting = reload();
      stop.abort();
      await waiting;
      expect(lines.map(([level]) => level)).toEqual(['warn']);
    });
  });
});
