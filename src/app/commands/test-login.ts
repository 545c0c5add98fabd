import { assumableRoles } from '../../evaluation/assumable-roles.ts';
import type { LoginEvidence } from '../../federation/connectors/tested-login.ts';
import { givenTags } from '../../federation/provisioning/login-tags.ts';
import { systemClock } from '../../kernel/clock.ts';
import { type LoginTest, runLoginTest } from '../../rolecall/login-tests/run-login-test.ts';
import { shownLoginTest } from '../../rolecall/login-tests/shown-login-test.ts';
import { shownOutlooks } from '../../rolecall/login-tests/shown-outlooks.ts';
import type { CommandContext } from './command.ts';
import { loginReport, type TestedLoginShown } from './login-report/login-report.ts';
import { readEvidence } from './read-evidence.ts';
import { type LoginTestBench, withLoginTests } from './with-login-tests.ts';

/** Passwords that are tried on the server's machine count as coming from it. */
const LOCAL = '127.0.0.1';

/** What the command line asks for. */
export interface ConnectorTestRequest {
  readonly connector: string;
  readonly kind: LoginEvidence['kind'];
  /** `-` for standard input. */
  readonly file: string;
  readonly json: boolean;
}

/**
 * Prints what a sign-in through a connector would do. Changes nothing.
 * @throws {Error} if the sign-in would be refused, so that scripts notice.
 */
export async function testLogin(context: CommandContext, request: ConnectorTestRequest): Promise<void> {
  const evidence = evidenceOf(request.kind, await readEvidence(request.file));
  const shown = await withLoginTests(context, (bench) => shownTest(bench, request.connector, evidence));
  context.stdout.write(
    request.json ? `${JSON.stringify(shown, undefined, 2)}\n` : loginReport(request.connector, shown),
  );
  const failed = shown.Checks.find(({ Outcome }) => Outcome === 'FAILED');
  if (failed !== undefined) throw new Error(`the sign-in would be refused: ${failed.Name}`);
}

function evidenceOf(kind: LoginEvidence['kind'], text: string): LoginEvidence {
  if (kind === 'id-token') return { kind, token: text };
  if (kind === 'saml-response') return { kind, response: text };
  const what = kind === 'password' ? 'credentials' : 'claims';
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    // The parser's message quotes the text.
    throw new Error(`the ${what} are not JSON`);
  }
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new Error(`the ${what} must be a JSON object`);
  }
  const members = given as Readonly<Record<string, unknown>>;
  if (kind === 'claims') return { kind, claims: members };
  const { UserName: name, Password: password } = members;
  if (typeof name !== 'string' || typeof password !== 'string') {
    throw new Error('the credentials must have the texts UserName and Password');
  }
  return { kind, name: name.trim(), password };
}

async function shownTest(bench: LoginTestBench, name: string, evidence: LoginEvidence): Promise<TestedLoginShown> {
  const [connector] = (await bench.store.connectors.find('byName', [name], { limit: 1 })).items;
  if (connector === undefined) throw new Error(`there is no connector ${name}`);
  const now = systemClock.now();
  const test = await runLoginTest(bench, connector, { evidence, now, ip: LOCAL });
  if (test === undefined) {
    throw new Error(`connectors of the kind ${connector.settings.kind} take no evidence of this kind`);
  }
  return { ...shownLoginTest(test), Roles: await everyRole(bench, test, now) };
}

async function everyRole({ store }: LoginTestBench, { user, isAccepted, tagRules }: LoginTest, now: number) {
  if (user === undefined || !isAccepted) return [];
  const outlooks = await assumableRoles(store, { user: user.user, tags: givenTags(tagRules) }, now);
  const roles: TestedLoginShown['Roles'][number][] = [];
  let marker: string | undefined;
  do {
    const page = await shownOutlooks(outlooks, { marker, quotesAll: true });
    roles.push(...page.items);
    marker = page.marker;
  } while (marker !== undefined);
  return roles;
}
