import aws4 from 'aws4';
import type { RunningServer } from './start-server.ts';

/** Calls an operation of our own API as the administrator, signed by `aws4`. @throws {Error} unless the call is allowed */
export async function callRolecall(
  { url, admin }: Pick<RunningServer, 'url' | 'admin'>,
  operation: string,
  input: object,
): Promise<Readonly<Record<string, unknown>>> {
  const body = JSON.stringify(input);
  const signed = aws4.sign(
    {
      method: 'POST',
      path: '/',
      service: 'rolecall',
      region: 'us-east-1',
      body,
      headers: {
        Host: new URL(url).host,
        'Content-Type': 'application/x-amz-json-1.1',
        'X-Amz-Target': `Rolecall_20261128.${operation}`,
      },
    },
    admin,
  );
  const headers = Object.entries(signed.headers ?? {}).map(([name, value]): [string, string] => [name, String(value)]);
  const answer = await fetch(url, { method: 'POST', headers, body });
  if (!answer.ok) throw new Error(`${operation}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Readonly<Record<string, unknown>>;
}
