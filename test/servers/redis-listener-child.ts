import { fileURLToPath } from 'node:url';
import { lineOf, runChild } from '../processes/children/run-child.ts';

export interface Listener {
  /** What was heard so far, with when (ms). */
  heard(): readonly { readonly at: number; readonly message: string }[];
  /** How often it was told that it missed something. */
  missed(): number;
  /** Resolves when the message, or `missed`, was heard; at once where it was already. */
  hears(message: string): Promise<void>;
  completeUntil(): Promise<number>;
  end(): Promise<void>;
}

/** Another process that listens to the topic `t` of the store. */
export async function startListener(url: string): Promise<Listener> {
  const child = runChild(fileURLToPath(new URL('children/redis-listener.ts', import.meta.url)), [url]);
  const lines: string[] = [];
  child.lines.on('line', (line) => lines.push(line));
  await lineOf(child, (line) => line === 'ready');
  const heard = () =>
    lines
      .map((line) => line.split(' '))
      .flatMap(([kind, at, message = '']) => (kind === 'heard' ? [{ at: Number(at), message }] : []));
  return {
    heard,
    missed: () => lines.filter((line) => line.startsWith('missed')).length,
    async hears(message) {
      const tells = (line: string) => (message === 'missed' ? line.startsWith('missed') : line.endsWith(` ${message}`));
      if (!lines.some(tells)) await lineOf(child, tells);
    },
    async completeUntil() {
      const answer = lineOf(child, (line) => line.startsWith('until '));
      child.process.stdin.write('until\n');
      return Number((await answer).split(' ')[1]);
    },
    async end() {
      child.process.stdin.end();
      const { code, errors } = await child.ended;
      if (code !== 0) throw new Error(`the listener ended with ${code}: ${errors}`);
    },
  };
}
