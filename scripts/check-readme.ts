import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type AwsProgram, findAwsPrograms } from '../harness/aws-cli.ts';
import { childEnvironment } from '../harness/child-environment.ts';
import { newPerson, type PageSeen, type Seen } from '../harness/person.ts';
import { runProgram } from '../harness/run-program.ts';
import { type RunningServer, startServer } from '../harness/start-server.ts';

/**
 * Checks that the README's first tour works as written: runs its `sh tour` blocks as one script against a new server with each aws
 * CLI on this machine (only the address differs), verifies that the command marked as denied is denied with the message shown, and
 * signs in to the example app. Requires port 9000, which the README uses.
 */
const README = await readFile('README.md', 'utf8');
const EXAMPLE_CONFIG: unknown = JSON.parse(await readFile('docs/examples/rolecall.json', 'utf8'));
const APP = 'http://127.0.0.1:9000';

/** The tour as a script. A command marked `# denied …` must fail, and its output is kept. */
function tourScript(server: RunningServer): string {
  const blocks = [...README.matchAll(/^```sh tour\n(.*?)^```/gms)].map(([, text = '']) => text);
  if (blocks.length === 0) throw new Error('the README has no tour');
  const denied = (_all: string, command: string): string => `if ${command} 2>denied.txt; then exit 9; fi`;
  const script = blocks.join('\n').replace(/^(\S.*?)\s+# denied.*$/gm, denied);
  return `set -euo pipefail\n${script}`.replaceAll('localhost:8080', new URL(server.url).host);
}

async function runTour(server: RunningServer, directory: string, program: AwsProgram): Promise<string> {
  const path = `${dirname(program.path)}:${process.env['PATH']}`;
  const { status, stdout, stderr } = await runProgram('bash', ['-c', `cd '${directory}'; ${tourScript(server)}`], {
    PATH: path,
    HOME: process.env['HOME'] ?? directory,
    AWS_ACCESS_KEY_ID: server.admin.accessKeyId,
    AWS_SECRET_ACCESS_KEY: server.admin.secretAccessKey,
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_PAGER: '',
  });
  process.stdout.write(stdout);
  if (status !== 0) throw new Error(`the tour ended with exit code ${status}:\n${stderr}`);
  const said = (await readFile(join(directory, 'denied.txt'), 'utf8')).trim();
  console.log(said);
  const shown = /^```text\n(An error occurred.*?)^```/ms.exec(README)?.[1] ?? '';
  const pattern = shown
    .trim()
    .split('…')
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/\s+/g, '\\s+'))
    .join('.*');
  if (!new RegExp(pattern, 's').test(said)) throw new Error('the denial is not the one that the README shows');
  const roleArn = /ROLE_ARN=(\S+)/.exec(stdout)?.[1];
  if (roleArn === undefined) throw new Error('the tour does not say how to start the app');
  return roleArn;
}

async function logInToApp(server: RunningServer, roleArn: string): Promise<void> {
  const env = childEnvironment({ ROLECALL_URL: server.url, ROLE_ARN: roleArn });
  const app = spawn(process.execPath, ['docs/examples/app.mjs'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    await once(app.stdout, 'data');
    const begun = await fetch(APP, { redirect: 'manual' });
    const person = newPerson(server.url);
    const signIn = page(await person.open(begun.headers.get('location') ?? ''));
    const { userName, password } = server.admin;
    let seen = await signIn.submit('sign in', { account: server.accountId, user: userName, password });
    if (seen.kind === 'page') seen = await page(seen).submit('allow');
    if (seen.kind === 'page') throw new Error(`not sent back to the app: ${seen.text}`);
    const answer = await (await fetch(seen.url)).text();
    console.log(answer);
    const { claims, session } = JSON.parse(answer) as { claims?: { aud?: string }; session?: { arn?: string } };
    if (claims?.aud !== 'example-app') throw new Error('the app shows no claims');
    if (!session?.arn?.endsWith(':assumed-role/app-user/example-app')) throw new Error('the app shows no role session');
  } finally {
    app.kill();
  }
}

function page(seen: Seen): PageSeen {
  if (seen.kind === 'left') throw new Error(`a page was expected, not a redirect to ${seen.url}`);
  return seen;
}

const programs = findAwsPrograms();
if (programs.length === 0) throw new Error('there is no aws CLI to take the tour with');
for (const program of programs) {
  const directory = await mkdtemp(join(tmpdir(), 'rolecall-readme-'));
  const server = await startServer({ config: EXAMPLE_CONFIG });
  try {
    const roleArn = await runTour(server, directory, program);
    await logInToApp(server, roleArn);
    console.log(`the first tour of the README works as written with ${program.version}`);
  } finally {
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  }
}
