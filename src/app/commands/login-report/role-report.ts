import type { shownRoleLogin } from '../../../rolecall/login-tests/shown-role-login.ts';
import { checkLines, listed, mismatchText, section } from './report-lines.ts';

/** A tested role login as printed with `--json`. */
export type RoleLoginShown = ReturnType<typeof shownRoleLogin>;

/** A tested role login as a person reads it. */
export function roleReport(
  roleArn: string,
  { Accepted, Checks, Identity, Decisions, KeysOfCall }: RoleLoginShown,
): string {
  const identity = Identity && [
    `provider   ${Identity.ProviderArn}`,
    `subject    ${listed([Identity.Subject])}`,
    `audience   ${listed([Identity.Audience])}`,
    ...Identity.SessionTags.map(({ Key, Value }) => `tag        ${listed([`${Key}=${Value}`])}`),
  ];
  return [
    `Assuming ${roleArn} would be ${Accepted ? 'accepted' : 'REFUSED'}.`,
    ...section('Checks', checkLines(Checks)),
    ...section('Login', identity ?? []),
    ...Decisions.flatMap((decision) => section(`Trust policy on ${decision.Action}`, decisionLines(decision))),
    ...section('Depends on the call', KeysOfCall),
    '',
  ].join('\n');
}

function decisionLines({ Allowed, Statements }: RoleLoginShown['Decisions'][number]): readonly string[] {
  return [
    Allowed ? 'allowed' : 'NOT allowed',
    ...Statements.flatMap(({ Statement, Effect, Matches, Mismatches }) => [
      `statement ${Statement} (${Effect === 'ALLOW' ? 'Allow' : 'Deny'}) ${Matches ? 'matches' : 'does not match'}`,
      ...Mismatches.map((mismatch) => `  ${mismatchText(mismatch)}`),
    ]),
  ];
}
