import { systemClock } from '../../kernel/clock.ts';
import { type RoleLoginEvidence, runRoleLoginTest } from '../../rolecall/login-tests/run-role-login-test.ts';
import { shownRoleLogin } from '../../rolecall/login-tests/shown-role-login.ts';
import type { CommandContext } from './command.ts';
import { type RoleLoginShown, roleReport } from './login-report/role-report.ts';
import { readEvidence } from './read-evidence.ts';
import { type LoginTestBench, withLoginTests } from './with-login-tests.ts';

/** What the command line asks for. */
export interface RoleTestRequest {
  readonly roleArn: string;
  /** `-` for standard input. */
  readonly file: string;
  /** The SAML provider of an assertion; `undefined` for a web identity token. */
  readonly providerArn: string | undefined;
  readonly sessionName: string | undefined;
  readonly json: boolean;
}

/**
 * Prints whether the bearer of a token or an assertion could assume a role. Changes nothing.
 * @throws {Error} if the call would be refused, so that scripts notice.
 */
export async function testRoleLogin(context: CommandContext, request: RoleTestRequest): Promise<void> {
  const text = await readEvidence(request.file);
  const evidence: RoleLoginEvidence =
    request.providerArn === undefined
      ? { kind: 'web-identity', token: text, sessionName: request.sessionName }
      : { kind: 'saml', providerArn: request.providerArn, encoded: text };
  const shown = await withLoginTests(context, (bench) => shownTest(bench, request.roleArn, evidence));
  context.stdout.write(request.json ? `${JSON.stringify(shown, undefined, 2)}\n` : roleReport(request.roleArn, shown));
  if (!shown.Accepted) throw new Error('the call would be refused');
}

async function shownTest(bench: LoginTestBench, roleArn: string, evidence: RoleLoginEvidence): Promise<RoleLoginShown> {
  const named = await bench.roles.find(roleArn);
  if (named?.role === undefined) throw new Error(`there is no role ${roleArn}`);
  return shownRoleLogin(await runRoleLoginTest(bench, named, { evidence, now: systemClock.now() }));
}
