import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { PresenceFilter } from 'ldapts';
import { openDirectory } from '../../../../src/federation/connectors/ldap/open-directory.ts';
import { readBer } from '../../../../src/federation/directory-client/ber.ts';
import type { DirectoryConnection } from '../../../../src/federation/directory-client/directory-connection.ts';
import type { DirectoryEntry } from '../../../../src/federation/directory-client/directory-entry.ts';
import { DirectoryFault } from '../../../../src/federation/directory-client/directory-fault.ts';
import { allTexts, searchAll } from '../../../../src/federation/directory-client/directory-search.ts';
import { searchPages } from '../../../../src/federation/directory-client/search-pages.ts';
import { parseServer } from '../../../../src/federation/directory-client/server-address.ts';
import type { LdapConnectorSettings } from '../../../../src/identity/documents/connectors/ldap-settings.ts';

/** A stand-in for a directory that answers with bytes of our choice. */
type Answer = (request: {
  readonly id: number;
  readonly tag: number;
  readonly socket: Socket;
  /** Of a request for a page. */
  readonly cookie: string | undefined;
}) => void;

const tlv = (tag: number, ...parts: readonly Buffer[]): Buffer => {
  const content = Buffer.concat(parts);
  const length = Buffer.alloc(5);
  length.writeUInt8(0x84);
  length.writeUInt32BE(content.length, 1);
  return Buffer.concat([Buffer.from([tag]), length, content]);
};
const text = (value: string) => tlv(4, Buffer.from(value));
const number = (value: number, tag = 2) => tlv(tag, Buffer.from([value >> 8, value & 255]));
const message = (id: number, ...parts: readonly Buffer[]) => tlv(0x30, number(id), ...parts);
const result = (id: number, tag: number, code: number, ...controls: readonly Buffer[]) =>
  message(id, tlv(tag, number(code, 10), text(''), text('')), ...(controls.length > 0 ? [tlv(0xa0, ...controls)] : []));
const attribute = (name: string, ...values: readonly string[]) => tlv(0x30, text(name), tlv(0x31, ...values.map(text)));
const found = (id: number, dn: string, ...attributes: readonly Buffer[]) =>
  message(id, tlv(0x64, text(dn), tlv(0x30, ...attributes)));
const page = (cookie: string) => tlv(0x30, text('1.2.840.113556.1.4.319'), tlv(4, tlv(0x30, number(0), text(cookie))));
/** The cookie in the paged results control of a request: its value is a sequence of a size and a cookie. */
function cookieOf(request: Buffer): string | undefined {
  const type = '1.2.840.113556.1.4.319';
  const at = request.indexOf(type);
  if (at < 0) return undefined;
  const rest = request.subarray(at + type.length);
  return readBer(rest.subarray(rest.indexOf(0x30))).children[1]?.content.toString();
}
const [BIND, DONE, REFERENCE, UNBIND] = [0x61, 0x65, 0x73, 0x42];

/** Longer than a busy machine needs. */
const PATIENT_MS = 60_000;
/** For a server that never answers, whose time limit has to pass. */
const SHORT_MS = 500;
const limits = { timeoutMs: PATIENT_MS, entries: 100, bytes: 100_000 };
const search = {
  base: 'dc=x',
  scope: 'sub',
  filter: new PresenceFilter({ attribute: 'cn' }),
  attributes: ['cn'],
  limits,
} as const;

describe('a hostile or broken directory', () => {
  let server: Server;
  let answer: Answer;
  const sockets = new Set<Socket>();

  beforeAll(async () => {
    server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('data', (data) => {
        // TLS, which this server does not speak.
        if (data[0] !== 0x30) return;
        const [id, operation] = readBer(data).children;
        if (operation?.tag === UNBIND) return;
        const cookie = cookieOf(data);
        answer({ id: id?.content.readUIntBE(0, id.content.length) ?? 0, tag: operation?.tag ?? 0, socket, cookie });
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterAll(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });

  async function connect(change: Partial<LdapConnectorSettings> = {}): Promise<DirectoryConnection> {
    const url = `ldap://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const settings = {
      servers: [url],
      startTls: false,
      timeoutMs: PATIENT_MS,
      bindDn: 'cn=a',
      ...change,
    } as LdapConnectorSettings;
    const network = { allowPrivate: true, allowPlain: true };
    const directory = openDirectory({ settings, secret: 'secret', network, elapsed: () => 0 });
    const target = parseServer(url);
    if (target === undefined) throw new Error('unreachable');
    return await directory.to(target);
  }

  const kindOf = (error: unknown) => (error instanceof DirectoryFault ? error.kind : error);

  test.each<readonly [string, Answer, string]>([
    ['says nothing', () => undefined, 'timeout'],
    ['drips', ({ id, socket }) => void socket.write(message(id).subarray(0, 3)), 'timeout'],
    ['closes', ({ socket }) => socket.destroy(), 'closed'],
    ['disconnects with notice', ({ socket }) => void socket.write(result(0, 0x78, 52)), 'closed'],
    ['sends something else', ({ socket }) => void socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'), 'malformed'],
    ['announces a gigantic message', ({ socket }) => void socket.write(Buffer.from('3084ffffffff', 'hex')), 'too-much'],
    ['uses an indefinite length', ({ socket }) => void socket.write(Buffer.from('308002010000', 'hex')), 'malformed'],
    // The value is longer than the set it is in: ldapts would read on for ever.
    [
      'contradicts itself',
      ({ id, socket }) =>
        void socket.write(
          message(id, tlv(0x64, text(''), tlv(0x30, tlv(0x30, text('cn'), tlv(0x31, Buffer.from([4, 90, 1])))))),
        ),
      'malformed',
    ],
    [
      'nests without end',
      ({ id, socket }) =>
        void socket.write(
          message(
            id,
            Array.from({ length: 50 }).reduce<Buffer>((inner) => tlv(0x30, inner), Buffer.alloc(0)),
          ),
        ),
      'malformed',
    ],
    [
      'sends a message of tiny values, each of which costs memory',
      ({ id, socket }) => void socket.write(message(id, tlv(0x64, Buffer.alloc(2 * 25_000, Buffer.from([0x30, 0]))))),
      'too-much',
    ],
    ['answers another request', ({ id, socket }) => void socket.write(result(id + 1, DONE, 0)), 'malformed'],
    ['answers a search with a bind', ({ id, socket }) => void socket.write(result(id, BIND, 0)), 'malformed'],
    [
      'sends too many entries',
      ({ id, socket }) =>
        void socket.write(Buffer.concat(Array.from({ length: 200 }, (_, index) => found(id, `cn=${index}`)))),
      'too-much',
    ],
    [
      'sends references without end',
      ({ id, socket }) =>
        void socket.write(
          Buffer.concat(Array.from({ length: 5000 }, () => message(id, tlv(REFERENCE, text('ldap://evil'))))),
        ),
      'too-much',
    ],
    [
      'stops at its size limit',
      ({ id, socket }) => void socket.write(Buffer.concat([found(id, 'cn=1'), result(id, DONE, 4)])),
      'result',
    ],
    ['refers elsewhere', ({ id, socket }) => void socket.write(result(id, DONE, 10)), 'referral'],
  ])('[S40] that %s is a fault, not an empty answer', async (_case, reply, kind) => {
    answer = reply;
    const connection = await connect();
    const timeoutMs = kind === 'timeout' ? SHORT_MS : PATIENT_MS;
    const outcome = await searchAll(connection, { ...search, limits: { ...limits, timeoutMs } }).catch(kindOf);
    connection.close();
    expect(outcome).toBe(kind);
  });

  test('[S40] nothing is asked over a connection that failed', async () => {
    answer = ({ socket }) => socket.destroy();
    const connection = await connect();
    await expect(searchAll(connection, search)).rejects.toThrow();
    expect(connection.isOpen).toBe(false);
    await expect(connection.bind('cn=a', 'secret', { timeoutMs: PATIENT_MS })).rejects.toThrow(/closed/);
  });

  test('[RFC 4513 §5.1.2] an empty name or password is never sent', async () => {
    const seen: number[] = [];
    answer = ({ tag }) => void seen.push(tag);
    const connection = await connect();
    await expect(connection.bind('cn=a', '', { timeoutMs: PATIENT_MS })).rejects.toThrow(TypeError);
    await expect(connection.bind('', 'x', { timeoutMs: PATIENT_MS })).rejects.toThrow(TypeError);
    expect(seen).toEqual([]);
    connection.close();
  });

  test.each<readonly [string, Answer, number?]>([
    ['refuses', ({ id, socket }) => void socket.write(result(id, 0x78, 52))],
    [
      'adds an answer before TLS',
      ({ id, socket }) => void socket.write(Buffer.concat([result(id, 0x78, 0), result(2, BIND, 0)])),
    ],
    ['closes', ({ socket }) => socket.destroy()],
    ['says nothing', () => undefined, SHORT_MS],
    ['speaks no TLS', ({ id, socket }) => void socket.write(result(id, 0x78, 0)), SHORT_MS],
  ])(
    '[S40] StartTLS that %s ends the connection; no password goes out',
    async (_case, reply, timeoutMs = PATIENT_MS) => {
      const tags: number[] = [];
      answer = (request) => {
        tags.push(request.tag);
        reply(request);
      };
      const refusesTls = connect({ startTls: true, timeoutMs });
      await expect(refusesTls).rejects.toThrow(DirectoryFault);
      expect(tags).not.toContain(0x60);
    },
  );

  test('[RFC 4511 §4.5.3] a reference beside what was found is not followed, and hides nothing', async () => {
    const elsewhere = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
    await once(elsewhere, 'listening');
    let visits = 0;
    elsewhere.on('connection', () => visits++);
    const url = `ldap://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/dc=ForestDnsZones`;
    const asked: number[] = [];
    answer = ({ id, tag, socket }) => {
      asked.push(tag);
      const reference = message(id, tlv(REFERENCE, text(url), text(url)));
      socket.write(Buffer.concat([reference, found(id, 'cn=1'), reference, result(id, DONE, 0)]));
    };
    const connection = await connect();
    expect((await searchAll(connection, search)).map(({ dn }) => dn)).toEqual(['cn=1']);
    // The connection is the same, still as who was bound, and works on.
    expect((await searchAll(connection, search)).map(({ dn }) => dn)).toEqual(['cn=1']);
    connection.close();
    elsewhere.close();
    expect([visits, new Set(asked).size]).toEqual([0, 1]);
  });

  describe('pages', () => {
    const run = async (...pages: ((id: number) => Buffer)[]): Promise<readonly string[]> => {
      answer = ({ id, socket }) => void socket.write(pages.shift()?.(id) ?? result(id, DONE, 80));
      const connection = await connect();
      const entries: DirectoryEntry[] = [];
      try {
        await searchPages(connection, { ...search, pageSize: 2 }, (entry) => entries.push(entry));
      } finally {
        connection.close();
      }
      return entries.map(({ dn }) => dn);
    };

    test('[RFC 2696 §3] an empty page with a cookie is not the last', async () => {
      const pages = await run(
        (id) => Buffer.concat([found(id, 'cn=1'), result(id, DONE, 0, page('a'))]),
        (id) => result(id, DONE, 0, page('b')),
        (id) => Buffer.concat([found(id, 'cn=2'), result(id, DONE, 0, page(''))]),
      );
      expect(pages).toEqual(['cn=1', 'cn=2']);
    });

    test('[RFC 2696 §3] a list whose connection is lost between two pages is incomplete, and is not continued on another one', async () => {
      const seen = new Set<Socket>();
      let pages = 0;
      answer = ({ id, socket }) => {
        seen.add(socket);
        if (pages++ > 0) socket.destroy();
        else socket.write(Buffer.concat([found(id, 'cn=1'), result(id, DONE, 0, page('a'))]));
      };
      const connection = await connect();
      const listing = searchPages(connection, { ...search, pageSize: 2 }, () => undefined);
      await expect(listing).rejects.toThrow(DirectoryFault);
      connection.close();
      expect([seen.size, pages]).toEqual([1, 2]);
    });

    test('[RFC 2696 §3] each page has the cookie of the one before, each once, and two lists do not share one', async () => {
      const cookies = new Map<Socket, string[]>();
      answer = ({ id, socket, cookie }) => {
        const used = cookies.get(socket) ?? [];
        cookies.set(socket, [...used, cookie ?? 'none']);
        const next = used.length < 3 ? `${cookies.size}-${used.length + 1}` : '';
        socket.write(Buffer.concat([found(id, `cn=${used.length}`), result(id, DONE, 0, page(next))]));
      };
      const [first, second] = [await connect(), await connect()];
      const entries: string[] = [];
      const list = (connection: DirectoryConnection) =>
        searchPages(connection, { ...search, pageSize: 2 }, ({ dn }) => entries.push(dn));
      await list(first);
      await list(second);
      first.close();
      second.close();
      expect(entries).toHaveLength(8);
      expect([...cookies.values()]).toEqual([
        ['', '1-1', '1-2', '1-3'],
        ['', '2-1', '2-2', '2-3'],
      ]);
    });

    test.each<readonly [string, (id: number) => Buffer]>([
      ['no word on further pages', (id) => result(id, DONE, 0)],
      ['a size limit', (id) => result(id, DONE, 4, page(''))],
      ['an administrative limit', (id) => result(id, DONE, 11, page(''))],
      [
        'a reference',
        (id) => Buffer.concat([message(id, tlv(REFERENCE, text('ldap://other'))), result(id, DONE, 0, page(''))]),
      ],
    ])('%s is an incomplete list', async (_case, last) => {
      await expect(run((id) => result(id, DONE, 0, page('a')), last)).rejects.toThrow(DirectoryFault);
    });
  });

  test('[MS-ADTS §3.1.1.3.1.3.3] all ranges of an attribute are read', async () => {
    const parts = [
      attribute('memberOf;range=0-1', 'a', 'b'),
      attribute('memberOf;range=2-3', 'c', 'd'),
      attribute('memberOf;range=4-*', 'e'),
    ];
    answer = ({ id, socket }) =>
      void socket.write(Buffer.concat([found(id, 'cn=1', parts.shift() ?? attribute('x')), result(id, DONE, 0)]));
    const connection = await connect();
    const [first] = await searchAll(connection, search);
    if (first === undefined) throw new Error('nothing found');
    expect(await allTexts(connection, first, { attribute: 'memberOf', limits, most: 10 })).toEqual([...'abcde']);
    connection.close();
  });

  test('[S40] ranges without values do not go on for ever', async () => {
    let next = 2;
    const first = (id: number) => found(id, 'cn=1', attribute('memberOf;range=0-1', 'a', 'b'));
    answer = ({ id, socket }) =>
      void socket.write(
        Buffer.concat([
          next === 2 ? first(id) : found(id, 'cn=1', attribute(`memberOf;range=${next}-${next++}`)),
          result(id, DONE, 0),
        ]),
      );
    const connection = await connect();
    const [entry] = await searchAll(connection, search);
    if (entry === undefined) throw new Error('nothing found');
    next = 3;
    const reading = allTexts(connection, entry, { attribute: 'memberOf', limits, most: 10 });
    await expect(reading.catch(kindOf)).resolves.toBe('malformed');
    connection.close();
  });
});
