import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { childEnvironment } from '../../harness/child-environment.ts';
import { startOutsideProvider } from '../../harness/outside-provider.ts';
import { hasSlapd } from '../../harness/slapd.ts';
import { obtainServer, type RunningServer } from '../../harness/start-server.ts';
import { temporaryDirectory } from '../../harness/temporary-directory.ts';
import { runAppsStory } from './apps-story.ts';
import { runAuditStory } from './audit-story.ts';
import { newCiIssuer, runCiStory } from './ci-story.ts';
import { DEMO_CLIENT } from './demo-client.ts';
import { type Directory, runDirectoryStory, startDirectory } from './directory-story.ts';
import { googleLike, runGoogleStory } from './google-story.ts';
import { runLoginStory } from './login-story.ts';
import { type Narrator, newNarrator, UnexpectedResult } from './narrator.ts';
import { runOrganizationStory } from './organization-story.ts';
import { runRoleStory } from './role-story.ts';
import { runSamlStory } from './saml-story.ts';
import { newStage, type Stage } from './stage.ts';

/**
 * `npm run demo`: shows step by step what the server is for, and checks each step. Starts a server, or uses the one named by
 * `ROLECALL_DEMO_URL` (with that server's first-start variables). Exit code 1 means that a step had an unexpected result.
 */
async function main(narrator: Narrator): Promise<void> {
  const url = process.env['ROLECALL_DEMO_URL'];
  if (url !== undefined) process.env['ROLECALL_TEST_URL'] = url;
  const directory = temporaryDirectory();
  const ciIssuer = await newCiIssuer(directory.path);
  const google = googleLike(await startOutsideProvider());
  const company: Directory | undefined = hasSlapd ? await startDirectory() : undefined;
  const server = await obtainServer({
    config: {
      oidc: { clients: [DEMO_CLIENT] },
      federation: {
        webIdentity: { issuers: [ciIssuer.settings, google.issuer] },
        connectors: [google.connector, ...(company === undefined ? [] : [company.connector])],
      },
    },
  });
  try {
    narrator.mask(server.admin.secretAccessKey, 'SecretAccessKey');
    narrator.say(`Rolecall answers at ${server.url}, account ${server.accountId} (${server.accountAlias}).`);
    const stage = newStage(narrator, server, randomBytes(3).toString('hex'));
    await runRoleStory(stage);
    await runLoginStory(stage);
    // A server that runs already has not read the configuration of this run.
    if (url === undefined) {
      await runCiStory(stage, ciIssuer);
      await runGoogleStory(stage, google);
      if (company !== undefined) await runDirectoryStory(stage);
      else narrator.say('The chapter on LDAP is left out: OpenLDAP (Debian package slapd) is not installed.');
    }
    await runSamlStory(stage);
    await runAppsStory(stage);
    await runOrganizationStory(stage);
    showCli(stage, server);
    await runAuditStory(stage);
    narrator.say(`All ${narrator.checked} checks passed.`);
  } finally {
    await server.stop();
    await google.provider.close();
    await company?.slapd.remove();
    directory.remove();
  }
}

/** Shows that the aws CLI, if there is one, gives the same answers as the SDK. */
function showCli({ narrator }: Stage, server: RunningServer): void {
  const args = ['sts', 'get-caller-identity', '--endpoint-url', server.url, '--output', 'json'];
  const answer = spawnSync('aws', args, {
    encoding: 'utf8',
    env: childEnvironment({
      AWS_ACCESS_KEY_ID: server.admin.accessKeyId,
      AWS_SECRET_ACCESS_KEY: server.admin.secretAccessKey,
      AWS_DEFAULT_REGION: 'eu-central-1',
      AWS_PAGER: '',
    }),
  });
  if (answer.error !== undefined) return;
  narrator.chapter('The same from the aws CLI', 'Unmodified; it is told the endpoint and nothing else.');
  narrator.command('admin', `aws ${args.join(' ')}`);
  narrator.answer((answer.stdout + answer.stderr).trim());
  narrator.check(answer.status === 0 && answer.stdout.includes(':user/admin'), 'the CLI is answered');
}

// On Node 20, the SDK warns that its support for that version will end. The warning is not part of the story.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
const narrator = newNarrator((text) => process.stdout.write(text), process.stdout.isTTY === true);
try {
  await main(narrator);
} catch (error) {
  const what = error instanceof UnexpectedResult ? error.message : (error as Error).stack;
  process.stderr.write(`\nThe demo failed after ${narrator.checked} checks had passed:\n${what}\n`);
  process.exitCode = 1;
}
