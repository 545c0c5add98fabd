import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateUserCommand, GetUserCommand } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { wantedEvents } from '../../../src/app/commands/audit/audit-filter.ts';
import { newEvents } from '../../../src/app/commands/audit/follow-audit.ts';
import { ocsfEvent } from '../../../src/app/commands/audit/ocsf-event.ts';
import type { AuditQuery } from '../../../src/audit/query-audit.ts';
import { keyOfReference, openAuditCollections } from '../../../src/audit/stored-audit.ts';
import type { AuditEvent } from '../../../src/kernel/audit-event.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import { openEmbeddedStore } from '../../../src/store/embedded/open-embedded-store.ts';
import { ACCOUNT_ID, startInProcess } from '../../support/in-process-server.ts';
import { environmentOf } from './everything.ts';
import { run } from './run.ts';

let directory: string;
let env: Record<string, string>;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'rolecall-audit-commands-'));
  env = environmentOf(directory);
  const server = await startInProcess(env);
  const iam = server.iam();
  for (const UserName of ['ann', 'bob', 'cid']) await iam.send(new CreateUserCommand({ UserName }));
  await iam.send(new GetUserCommand({ UserName: 'nobody' })).catch(() => {});
  await server.close();
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const eventsOf = (stdout: string) =>
  stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as AuditEvent);
const namesOf = (stdout: string) => eventsOf(stdout).map(({ eventName }) => eventName);

describe('index-audit', () => {
  test('reads the record again, and adds nothing that is there', async () => {
    const { code, stderr } = await run(['index-audit', '--from', '2001-01-01'], env);
    expect([code, stderr]).toEqual([0, expect.stringMatching(/read \d+ blocks, and added 0 entries to the index/)]);
  });
});

describe('query-audit --follow', () => {
  const event = (eventId: string, at: number) => ({ eventId, eventTime: new Date(at).toISOString() }) as AuditEvent;

  test('prints what comes, each event once, also one that is recorded late', async () => {
    let now = 1_000_000;
    const recorded = [event('before', now - 10), event('first', now + 5)];
    const arriving = [[event('second', now + 900), event('late', now + 10)], [event('third', now + 1900)]];
    const asked: AuditQuery[] = [];
    const ask = async (query: AuditQuery) => {
      asked.push(query);
      // In pages of one.
      const at = Number(query.after ?? 0);
      const found = recorded.filter(({ eventTime }) => Date.parse(eventTime) >= (query.from ?? 0));
      return { items: found.slice(at, at + 1), ...(at + 1 < found.length && { next: String(at + 1) }) };
    };
    const events = newEvents(
      ask,
      { accountId: ACCOUNT_ID },
      {
        now: () => now,
        pause: async () => {
          now += 1000;
          recorded.push(...(arriving.shift() ?? []));
        },
      },
    );
    const seen: string[] = [];
    for await (const { eventId } of events) {
      seen.push(eventId);
      if (seen.length === 4) break;
    }
    expect(seen).toEqual(['first', 'second', 'late', 'third']);
    expect(asked[0]).toMatchObject({ accountId: ACCOUNT_ID, oldestFirst: true });
  });
});

describe('query-audit', () => {
  test('prints the events of the first account as lines of JSON, the newest first', async () => {
    const { code, stdout } = await run(['query-audit'], env);
    expect(code).toBe(0);
    expect(namesOf(stdout).slice(0, 4)).toEqual(['GetUser', 'CreateUser', 'CreateUser', 'CreateUser']);
    expect(new Set(eventsOf(stdout).map(({ accountId }) => accountId))).toEqual(new Set([ACCOUNT_ID]));
  });

  test('says if there are more events than asked for', async () => {
    const { stdout, stderr } = await run(['query-audit', '--limit', '2'], env);
    expect(namesOf(stdout)).toEqual(['GetUser', 'CreateUser']);
    expect(stderr).toContain('there are more than 2 events');
  });

  test('filters by what events have, all filters together', async () => {
    const named = async (...more: string[]) => namesOf((await run(['query-audit', ...more], env)).stdout);
    expect(await named('--event', 'GetUser')).toEqual(['GetUser']);
    expect(await named('--resource', 'bob')).toEqual(['CreateUser']);
    expect(await named('--resource', `arn:aws:iam::${ACCOUNT_ID}:user/bob`)).toEqual(['CreateUser']);
    expect(await named('--actor', 'admin', '--outcome', 'refused')).toEqual(['GetUser']);
    expect(await named('--actor', 'adm')).toEqual([]);
    expect(await named('--ip', '127.0.0.1', '--source', 'iam', '--event', 'CreateUser', '--limit', '1')).toEqual([
      'CreateUser',
    ]);
    expect(await named('--ip', '192.0.2.1')).toEqual([]);
  });

  test('the root user is found by the name that people give it', () => {
    const actor = { type: 'Account', arn: `arn:aws:iam::${ACCOUNT_ID}:root`, principalId: ACCOUNT_ID } as const;
    const event = { actor, resources: [] } as unknown as AuditEvent;
    const wanted = wantedEvents({ actor: 'root' });
    expect([wanted?.isWanted(event), JSON.stringify(event).includes(wanted?.mark ?? '?')]).toEqual([true, true]);
  });

  test.each([
    ['PasswordSignIn', 300_201],
    ['SignOut', 300_202],
    ['DenyBackchannelSignIn', 300_299],
    ['AllowDevice', 300_299],
  ])('in OCSF, %s is of the type %i', (eventName, type) => {
    const event = { eventName, eventSource: 'sign-in', actor: {}, authentication: {}, resources: [] };
    expect(ocsfEvent(event as unknown as AuditEvent)).toMatchObject({ class_uid: 3002, type_uid: type });
  });

  test('in the formats of other tools', async () => {
    const read = async (...more: string[]) =>
      JSON.parse((await run(['query-audit', '--limit', '1', ...more], env)).stdout) as Record<string, unknown>;
    expect(await read('--event', 'CreateUser', '--format', 'cloudtrail')).toMatchObject({
      eventSource: 'iam.amazonaws.com',
      eventName: 'CreateUser',
      userIdentity: { type: 'IAMUser', userName: 'admin' },
    });
    expect(await read('--event', 'GetUser', '--format', 'ocsf')).toMatchObject({
      class_uid: 6003,
      category_uid: 6,
      activity_id: 2,
      type_uid: 600302,
      severity_id: 2,
      status_id: 2,
      status_code: 'NoSuchEntity',
      time: expect.any(Number),
      metadata: { version: '1.3.0', product: { name: 'Rolecall', vendor_name: 'Rolecall' }, tenant_uid: ACCOUNT_ID },
      actor: { user: { name: 'admin', uid: `arn:aws:iam::${ACCOUNT_ID}:user/admin` } },
      src_endpoint: { ip: '127.0.0.1' },
      api: { operation: 'GetUser', service: { name: 'iam' }, response: { error: 'NoSuchEntity' } },
      resources: [{ uid: `arn:aws:iam::${ACCOUNT_ID}:user/nobody` }],
    });
  });

  test('filters by time and account, in the given order', async () => {
    const all = eventsOf((await run(['query-audit', '--oldest-first'], env)).stdout);
    expect(all.map(({ eventTime }) => eventTime)).toEqual(all.map(({ eventTime }) => eventTime).sort());
    const until = all.at(-1)?.eventTime ?? '';
    const earlier = eventsOf((await run(['query-audit', '--until', until, '--limit', '1'], env)).stdout);
    expect((earlier[0]?.eventTime ?? '') < until).toBe(true);
    const other = await run(['query-audit', '--account', '999999999999'], env);
    expect(other).toMatchObject({ code: 0, stdout: '' });
    expect(await run(['query-audit', '--from', '2001-01-01', '--until', '2001-01-02'], env)).toMatchObject({
      stdout: '',
    });
  });

  test.each([
    [['--from', 'yesterday'], 'query-audit: --from: yesterday is not a time'],
    [['--limit', '0'], 'query-audit: --limit: 0 is not a number'],
    [['--format', 'xml'], 'query-audit: --format: xml is not one of rolecall, cloudtrail, ocsf'],
    [['--outcome', 'good'], 'query-audit: --outcome: good is not one of allowed, denied, refused, failed'],
    [['--follow', '--limit', '3'], 'query-audit: --follow cannot be combined with --limit'],
    [['--nonsense'], "query-audit: Unknown option '--nonsense'"],
    [['more'], 'query-audit: more is not understood'],
  ])('rejects %j', async (more, said) => {
    const { code, stderr } = await run(['query-audit', ...more], env);
    expect([code, stderr]).toEqual([2, expect.stringContaining(said)]);
  });

  test('does not create a store', async () => {
    const { code, stderr } = await run(['query-audit'], { ...env, ROLECALL_DATA_DIR: join(directory, 'mistyped') });
    expect([code, stderr]).toEqual([1, expect.stringContaining('there is no store in')]);
  });
});

describe('[S48] verify-audit', () => {
  test('finds an unaltered record intact, and prints its newest link', async () => {
    const { code, stdout, stderr } = await run(['verify-audit'], env);
    expect(stderr).toContain('the audit record is intact');
    expect(stdout).toMatch(/^\d+ events in \d+ blocks, \d+ links, \d+ chains\nnewest link: \S+\n$/);
    expect(code).toBe(0);
  });

  test('compares a noted link with the record', async () => {
    const link = /newest link: (\S+)/.exec((await run(['verify-audit'], env)).stdout)?.[1] ?? '';
    expect(await run(['verify-audit', '--link', link], env)).toMatchObject({ code: 0 });
    const [chain, sequence, hash] = link.split('/');
    const check = async (text: string) => {
      const { code, stderr } = await run(['verify-audit', '--link', text], env);
      return `${code} ${stderr}`;
    };
    expect(await check(`${chain}/${sequence}/x${hash}`)).toMatch(/^1 .*is in the record with another hash/);
    expect(await check(`${chain}/999999999999/${hash}`)).toMatch(/^1 .*is not in the record: events were cut off/);
    expect(await check('nonsense')).toMatch(/^2 .*is not CHAIN\/SEQUENCE\/HASH/);
  });

  test('fails if an event was changed, and says where', async () => {
    const store = await openEmbeddedStore({ directory: env['ROLECALL_DATA_DIR'] ?? '', clock: systemClock });
    const { batches, blocks } = openAuditCollections(store.collections);
    const [batch] = (await batches.find('key', [], { descending: true, limit: 1 })).items;
    const key = keyOfReference(batch?.blocks[0] ?? '');
    await blocks.update(key, (old) => ({ ...old, lines: old.lines.replace('"nobody"', '"anybody"') }));
    await store.close();
    const { code, stdout, stderr } = await run(['verify-audit'], env);
    expect(stdout).toContain(`changed: ${batch?.chainId}/${batch?.sequence}`);
    expect([code, stderr]).toEqual([1, expect.stringContaining('1 problems, listed above')]);
  });
});
