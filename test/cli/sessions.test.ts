import { chmodSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { temporaryDirectory } from '../../harness/temporary-directory.ts';
import { openSessions } from '../../src/cli/sessions.ts';

const directory = temporaryDirectory();
afterAll(() => directory.remove());
const ENDPOINT = 'https://iam.example.com';

test('a sign-in that others can read is not used, but can be ended', async () => {
  const path = join(directory.path, 'sessions');
  const sessions = openSessions(path);
  const session = {
    version: 1,
    endpoint: ENDPOINT,
    tokenEndpoint: `${ENDPOINT}/token`,
    revocationEndpoint: `${ENDPOINT}/revoke`,
    credentialsEndpoint: `${ENDPOINT}/credentials`,
    refreshToken: 'secret',
    arn: 'arn:aws:iam::123456789012:user/alice',
    credentials: {},
  } as const;
  await sessions.write(session);
  expect(await sessions.read(ENDPOINT)).toEqual(session);
  const [name = ''] = readdirSync(path);
  chmodSync(join(path, name), 0o644);
  await expect(sessions.read(ENDPOINT)).rejects.toThrow('chmod 600');
  expect(await sessions.readToEnd(ENDPOINT)).toEqual(session);
  expect(await sessions.endpoints()).toEqual([ENDPOINT]);
  await sessions.remove(ENDPOINT);
  expect([await sessions.readToEnd(ENDPOINT), await sessions.endpoints()]).toEqual([undefined, []]);
});
