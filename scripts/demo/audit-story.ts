import type { Stage } from './stage.ts';
import { waitFor } from './wait-for.ts';

interface AuditLine {
  readonly eventName?: string;
  readonly outcome?: string;
  readonly actor?: { readonly arn?: string };
  readonly errorMessage?: string;
  readonly decision?: unknown;
  readonly sourceIp?: string;
  readonly requestId?: string;
}

/** Every decision is audited: shows the log lines that the server wrote about the earlier chapters. */
export async function runAuditStory(stage: Stage): Promise<void> {
  const { narrator, server } = stage;
  if (server.process === undefined) {
    narrator.say('The audit lines are in the log of the server that ran before; they are not shown here.');
    return;
  }
  narrator.chapter(
    'All of it is on record',
    'Each operation, sign-in and denial is one JSON line of the server’s log.',
  );
  const { process: child } = server;
  // The first-start message is not a log line; log lines are JSON.
  const output = (): string[] =>
    child
      .stdout()
      .split('\n')
      .filter((line) => line.startsWith('{') && line.endsWith('}'));
  const show = async (statement: string, wanted: (line: AuditLine) => boolean): Promise<void> => {
    // The server buffers its log lines briefly before it writes them.
    const line = await waitFor(() => output().flatMap(readLine).find(wanted));
    if (line !== undefined) narrator.answer(JSON.stringify(pick(line)));
    narrator.check(line !== undefined, statement);
  };
  await show(
    'the denied iam:CreateUser, with who and why',
    (line) => line.eventName === 'CreateUser' && line.outcome === 'denied' && line.actor?.arn !== undefined,
  );
  await show(
    'the refused stranger',
    (line) =>
      line.eventName === 'AssumeRole' && line.outcome === 'denied' && line.actor?.arn?.includes('mallory') === true,
  );
  await show(
    'the login that became credentials',
    (line) => line.eventName === 'AssumeRoleWithWebIdentity' && line.outcome === 'allowed',
  );
  await show('the wrong password', (line) => /sign-?in/i.test(line.eventName ?? '') && line.outcome === 'refused');
  const secrets = [server.admin.secretAccessKey, server.admin.password, server.root.password, 'seven quiet otters'];
  narrator.check(!secrets.some((secret) => output().join('\n').includes(secret)), 'no secret stands in the log');
}

/** Parses a log line as an audit event, if it is one. */
function readLine(text: string): AuditLine[] {
  const line = JSON.parse(text) as AuditLine & { kind?: string };
  return line.kind === 'audit' ? [line] : [];
}

function pick({ eventName, actor, outcome, decision, sourceIp, requestId, errorMessage }: AuditLine): AuditLine {
  return {
    ...(eventName !== undefined && { eventName }),
    ...(actor?.arn !== undefined && { actor: { arn: actor.arn } }),
    ...(outcome !== undefined && { outcome }),
    ...(errorMessage !== undefined && { errorMessage }),
    ...(decision !== undefined && { decision }),
    ...(sourceIp !== undefined && { sourceIp }),
    ...(requestId !== undefined && { requestId }),
  };
}
