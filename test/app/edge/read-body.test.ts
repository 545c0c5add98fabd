import { PassThrough } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import { bodyReader, type ReadBody } from '../../../src/app/edge/read-body.ts';

const LIMITS = { each: 1000, free: 100, shared: 900 };

/** A request that is being sent. */
function sending(read: ReadBody, headers: Record<string, string> = {}) {
  const request = Object.assign(new PassThrough(), { headers });
  const body = new Promise<Buffer | string>((resolve) => read(request as never, resolve));
  return { request, body };
}

/** Resolves when a stream that was destroyed has closed. */
const closed = (request: PassThrough): Promise<unknown> => new Promise((resolve) => request.once('close', resolve));

const chunk = (length: number, fill = 'a'): Buffer => Buffer.alloc(length, fill);

describe('a body', () => {
  test.each([[[]], [[10]], [[1, 2, 3]], [[100, 1, 1, 1]], [[999, 1]]])(
    'in chunks of %j bytes is read unchanged',
    async (lengths: number[]) => {
      const { request, body } = sending(bodyReader(LIMITS));
      const chunks = lengths.map((length, index) => chunk(length, String.fromCharCode(97 + (index % 26))));
      for (const each of chunks) request.write(each);
      request.end();
      expect(await body).toEqual(Buffer.concat(chunks));
    },
  );

  test('in a thousand chunks is read unchanged', async () => {
    const { request, body } = sending(bodyReader(LIMITS));
    const text = Array.from({ length: 1000 }, (_, index) => String(index % 10)).join('');
    for (const byte of text) request.write(byte);
    request.end();
    expect((await body).toString()).toBe(text);
  });

  test('that is too large is refused, by its declared and by its actual length', async () => {
    const read = bodyReader(LIMITS);
    expect(await sending(read, { 'content-length': '1001' }).body).toBe('too-large');
    const { request, body } = sending(read);
    request.write(chunk(600));
    request.write(chunk(401));
    expect(await body).toBe('too-large');
  });

  test('that its sender aborts is no body', async () => {
    const { request, body } = sending(bodyReader(LIMITS));
    request.write(chunk(10));
    request.destroy();
    await closed(request);
    expect(await Promise.race([body, 'nothing'])).toBe('nothing');
  });
});

describe('bodies that never end', () => {
  test('hold a bounded amount of memory together; others of usual size are still read', async () => {
    const read = bodyReader(LIMITS);
    const first = sending(read);
    first.request.write(chunk(950));
    await new Promise(setImmediate);
    const second = sending(read);
    second.request.write(chunk(151));
    expect(await second.body).toBe('busy');
    const third = sending(read);
    third.request.end(chunk(100));
    expect(await third.body).toHaveLength(100);
    first.request.destroy();
    await closed(first.request);
    const fourth = sending(read);
    fourth.request.end(chunk(600));
    expect(await fourth.body).toHaveLength(600);
  });

  test('release their memory, however they end', async () => {
    const read = bodyReader(LIMITS);
    for (let round = 0; round < 5; round++) {
      const ended = sending(read);
      ended.request.end(chunk(600));
      expect(await ended.body).toHaveLength(600);
      const large = sending(read);
      large.request.write(chunk(600));
      large.request.write(chunk(600));
      expect(await large.body).toBe('too-large');
    }
  });
});
