import type { AuditOutcome } from '../../../kernel/audit-event.ts';
import { type Command, type CommandArguments, requireNoOperand, textOption, UsageError } from '../command.ts';
import { countOption, timeOption } from '../options.ts';
import type { AuditFilter } from './audit-filter.ts';
import { AUDIT_FORMATS, type AuditFormat } from './audit-formats.ts';

const FLAG = { type: 'boolean' } as const;
const TEXT = { type: 'string' } as const;

const OUTCOMES: ReadonlySet<string> = new Set(['allowed', 'denied', 'refused', 'failed'] satisfies AuditOutcome[]);

const queryAudit: Command = {
  name: 'query-audit',
  usage: [
    [
      '[--account ID] [--from TIME] [--until TIME] [--limit N] [--oldest-first] [FILTERS] [--format FORMAT]',
      'print audit events as lines of JSON, newest first, 50 by default; TIME as 2026-01-31 or 2026-01-31T12:00Z; FORMAT: rolecall (default), cloudtrail or ocsf; FILTERS, which must all match: --event NAME, --source SOURCE, --actor WHO (name, ARN or unique id, also of the role of a session), --access-key ID, --resource WHAT (name or ARN), --ip ADDRESS, --outcome allowed|denied|refused|failed',
    ],
    ['--follow [--account ID] [FILTERS] [--format FORMAT]', 'print audit events as they come, until interrupted'],
  ],
  options: {
    ...{ account: TEXT, from: TEXT, until: TEXT, limit: TEXT, 'oldest-first': FLAG, follow: FLAG, format: TEXT },
    ...{ event: TEXT, source: TEXT, actor: TEXT, 'access-key': TEXT, resource: TEXT, ip: TEXT, outcome: TEXT },
  },
  read(given) {
    requireNoOperand(given);
    const what = { account: textOption(given, 'account'), filter: filterOf(given), format: formatOption(given) };
    if (given.options['follow'] === true) {
      for (const option of ['from', 'until', 'limit', 'oldest-first'])
        if (given.options[option] !== undefined) throw new UsageError(`--follow cannot be combined with --${option}`);
      return async (context) => (await import('./follow-audit.ts')).followAudit(context, what);
    }
    const query = {
      ...what,
      from: timeOption(textOption(given, 'from'), '--from'),
      until: timeOption(textOption(given, 'until'), '--until'),
      limit: countOption(textOption(given, 'limit'), '--limit'),
      oldestFirst: given.options['oldest-first'] === true,
    };
    return async (context) => (await import('./print-audit.ts')).printAudit(context, query);
  },
};

function filterOf(given: CommandArguments): AuditFilter {
  const outcome = textOption(given, 'outcome');
  if (outcome !== undefined && !OUTCOMES.has(outcome))
    throw new UsageError(`--outcome: ${outcome} is not one of ${[...OUTCOMES].join(', ')}`);
  return {
    eventName: textOption(given, 'event'),
    eventSource: textOption(given, 'source'),
    actor: textOption(given, 'actor'),
    accessKeyId: textOption(given, 'access-key'),
    resource: textOption(given, 'resource'),
    sourceIp: textOption(given, 'ip'),
    outcome,
  };
}

function formatOption(given: CommandArguments): AuditFormat {
  const format = textOption(given, 'format') ?? 'rolecall';
  const found = AUDIT_FORMATS.find((each) => each === format);
  if (found === undefined) throw new UsageError(`--format: ${format} is not one of ${AUDIT_FORMATS.join(', ')}`);
  return found;
}

const verifyAudit: Command = {
  name: 'verify-audit',
  usage: [
    [
      '[--link CHAIN/SEQUENCE/HASH]',
      'check that no audit event was changed, removed or added; --link names a link that must be in the record',
    ],
  ],
  options: { link: TEXT },
  read(given) {
    requireNoOperand(given);
    const link = linkOption(textOption(given, 'link'));
    return async (context) => (await import('./check-audit.ts')).checkAudit(context, link);
  },
};

const indexAudit: Command = {
  name: 'index-audit',
  usage: [
    [
      '[--from TIME]',
      'add audit events of former versions to the index by which people see their activity; TIME as 2026-01-31',
    ],
  ],
  options: { from: TEXT },
  read(given) {
    requireNoOperand(given);
    const from = timeOption(textOption(given, 'from'), '--from');
    return async (context) => (await import('./index-stored-audit.ts')).indexStoredAudit(context, { from });
  },
};

function linkOption(text: string | undefined) {
  if (text === undefined) return undefined;
  const [chainId, sequence, hash, ...more] = text.split('/');
  if (!chainId || !sequence || !hash || more.length > 0)
    throw new UsageError(
      `--link: ${text} is not CHAIN/SEQUENCE/HASH, as printed by verify-audit and in the server's last log line`,
    );
  return { chainId, sequence, hash };
}

/** The commands that read the audit record. */
export const AUDIT_COMMANDS: readonly Command[] = [queryAudit, verifyAudit, indexAudit];
