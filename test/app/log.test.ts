import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { bufferLines, openLog } from '../../src/app/log/log.ts';
import { ServiceError } from '../../src/kernel/service-error.ts';

function logged(run: (log: ReturnType<typeof openLog>) => void): string {
  const lines: string[] = [];
  const destination = {
    write: (line: string) => void lines.push(line),
    writeBytes: (parts: readonly Uint8Array[]) => void lines.push(`${Buffer.concat(parts)}\n`),
    droppedLines: () => 0,
    flush: async () => {},
    flushNow: () => true,
  };
  run(openLog('info', destination));
  return lines.join('');
}

describe('[S43] [S48] what is logged of an error', () => {
  test('is its type, location and causes; no properties attached to it', () => {
    const cause = Object.assign(new Error('the store is away', { cause: 'no object' }), { token: 'cause-secret' });
    const error = Object.assign(new TypeError('it broke', { cause }), {
      code: 'HPE_INVALID_METHOD',
      // Node hangs the bytes of the request on a parse error: its Authorization header, its cookies, its body
      rawPacket: Buffer.from('Authorization: AWS4-HMAC-SHA256 …'),
      request: { headers: { cookie: 'session-secret' } },
    });
    const line = logged((log) => log.error('a page failed', { err: error, requestId: 'r-1' }));
    expect(JSON.parse(line)).toMatchObject({
      msg: 'a page failed',
      requestId: 'r-1',
      err: {
        type: 'TypeError',
        message: 'it broke',
        code: 'HPE_INVALID_METHOD',
        stack: expect.stringContaining('log.test.ts'),
        cause: { type: 'Error', message: 'the store is away' },
      },
    });
    expect(line).not.toMatch(/secret|rawPacket|65,117,116,104/);
  });

  test.each([
    ['a text', 'just so', { type: 'string', message: 'just so' }],
    [
      'an object that is no error',
      { password: 'secret' },
      { type: 'object', message: 'something that is no error was thrown' },
    ],
    ['nothing', undefined, { type: 'undefined', message: 'something that is no error was thrown' }],
  ])('a thrown %s', (_name, thrown, err) => {
    expect(JSON.parse(logged((log) => log.error('failed', { err: thrown ?? null }))).err.message).toBe(err.message);
  });

  test.each<[string, () => unknown, RegExp]>([
    ['what JSON.parse could not read', () => JSON.parse('{"password": planted-value'), /SyntaxError/],
    [
      'an argument that Node refuses',
      () => {
        throw new TypeError(`The "size" argument must be of type number. Received type string ('planted-value')`);
      },
      /must be of type number/,
    ],
    [
      'what a caller alone is told',
      () => {
        throw new ServiceError('IncompleteSignature', "got 'planted-value'");
      },
      /ServiceError/,
    ],
  ])('the message does not repeat input: %s', (_name, act, stays) => {
    let thrown: unknown;
    try {
      act();
    } catch (error) {
      thrown = error;
    }
    const line = logged((log) => log.error('failed', { err: new Error('outer', { cause: thrown }) }));
    expect(line).not.toContain('planted-value'.slice(0, 7));
    expect(line).toMatch(stays);
    expect(JSON.parse(line).err.cause.stack).toContain('log.test.ts');
  });

  test('a circular chain of causes ends', () => {
    const error = new Error('first');
    error.cause = error;
    expect(logged((log) => log.error('failed', { err: error })).length).toBeLessThan(20_000);
  });

  test('a long message is cut', () => {
    const line = logged((log) => log.error('failed', { err: new Error('x'.repeat(100_000)) }));
    expect(line.length).toBeLessThan(20_000);
  });
});

test('[S48] an audit event is a line of the log, byte for byte', () => {
  const json = Buffer.from('{"eventId":"e-1","userAgent":"€"}');
  const line = logged((log) => log.audit(json));
  expect(JSON.parse(line)).toEqual({ level: 30, pid: process.pid, kind: 'audit', eventId: 'e-1', userAgent: '€' });
  expect(line.endsWith('}\n')).toBe(true);
});

describe('lines are buffered', () => {
  function gathered(most: number) {
    const written: string[] = [];
    const destination = bufferLines({ write: (lines) => void written.push(lines.toString()) }, most);
    return { destination, written };
  }

  test('and written whole, as many as fit, in order', () => {
    const { destination, written } = gathered(10);
    for (const line of ['aaa\n', 'bbb\n', 'ccc\n', 'a line that is longer than all\n', 'd\n']) destination.write(line);
    expect(written).toEqual(['aaa\nbbb\n', 'ccc\n', 'a line that is longer than all\n']);
    destination.flush();
    expect(written.at(-1)).toBe('d\n');
  });

  test('up to a number of bytes that a pipe accepts atomically', () => {
    const { destination, written } = gathered(10);
    for (const line of ['éé€\n', 'b\n', '\u{1f600}\n']) destination.write(line);
    destination.flush();
    expect(written).toEqual(['éé€\nb\n', '\u{1f600}\n']);
  });

  test('whether they come as text or as bytes', () => {
    const { destination, written } = gathered(10);
    destination.write('a\n');
    destination.writeBytes([Buffer.from('é'), Buffer.from('bb')]);
    destination.writeBytes([Buffer.from('c'), Buffer.from('d')]);
    destination.writeBytes([Buffer.from('a line that is longer than all')]);
    destination.flush();
    expect(written).toEqual(['a\nébb\ncd\n', 'a line that is longer than all\n']);
  });

  afterEach(() => void jest.useRealTimers());
  test('only briefly', () => {
    jest.useFakeTimers();
    const { destination, written } = gathered(1000);
    destination.write('a\n');
    destination.write('b\n');
    expect(written).toEqual([]);
    jest.advanceTimersByTime(100);
    expect(written).toEqual(['a\nb\n']);
  });

  test('and written when flushed; nothing is written if there is nothing', () => {
    const { destination, written } = gathered(1000);
    destination.flush();
    expect(written).toEqual([]);
    destination.write('a\n');
    destination.flush();
    expect(written).toEqual(['a\n']);
  });
});
