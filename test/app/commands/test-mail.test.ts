import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startSmtpServer, type TestSmtpServer } from '../../../harness/smtp-server.ts';
import { run } from './run.ts';

let server: TestSmtpServer;
beforeAll(async () => {
  server = await startSmtpServer();
});
afterAll(() => server.close());

const env = () => ({
  ROLECALL_SMTP_URL: `smtp+plain://localhost:${server.port}`,
  ROLECALL_MAIL_FROM: 'iam@example.org',
});

test('test-mail sends a mail at once, without a store', async () => {
  const { code, stderr } = await run(['test-mail', 'ann@example.org'], env());
  expect([code, stderr]).toEqual([0, expect.stringContaining('the mail server took a test mail to ann@example.org')]);
  expect(server.mails).toEqual([expect.objectContaining({ to: ['ann@example.org'] })]);
});

test.each([
  [['test-mail', 'ann@example.org'], {}, 1, 'set ROLECALL_SMTP_URL and ROLECALL_MAIL_FROM'],
  [['test-mail', 'ann'], {}, 1, 'ann is not an e-mail address'],
  [['test-mail'], {}, 2, 'ADDRESS is missing'],
  [
    ['test-mail', 'ann@example.org'],
    { ROLECALL_SMTP_URL: 'smtp+plain://localhost:1', ROLECALL_MAIL_FROM: 'iam@example.org' },
    1,
    'the connection to the mail server failed',
  ],
])('%j with %j ends with code %i', async (words, settings, expected, said) => {
  const { code, stderr } = await run(words, settings);
  expect([code, stderr]).toEqual([expected, expect.stringContaining(said)]);
});
