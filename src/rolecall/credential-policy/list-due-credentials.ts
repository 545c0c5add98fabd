import {
  type DueCredential,
  type DueReason,
  dueCredentials,
  endedByAge,
  endsAt,
  warningEdge,
} from '../../identity/credential-policy/due-credentials.ts';
import type { StoredCredentialPolicy } from '../../identity/documents/account.ts';
import type { User } from '../../identity/documents/user.ts';
import { DEFAULT_MAX_ITEMS, invalidMarker, makeMarker, pageAtMarker, readMarker } from '../../identity/rules/paging.ts';
import { mapWithPauses } from '../../kernel/pause.ts';
import { USER_NAME } from '../applications/assignee.ts';
import type { RolecallDependencies } from '../rolecall-dependencies.ts';
import { declaredOperation, declareOperation } from '../shapes/declare-operation.ts';
import { type StructureOf, shape } from '../shapes/shape.ts';
import { CREDENTIAL_POLICY_ERRORS, credentialPolicyTarget } from './credential-policy-shapes.ts';
import { noCredentialPolicy } from './get-credential-policy.ts';

const { enumeration, optional, required, structure, text, timestamp } = shape;

const LIST = 'ListDueCredentials';
/** How many users are read for a page, at most. A page may then be empty although more follow. */
const USERS_AT_A_TIME = 500;

const DUE_MEMBERS = {
  UserName: required(USER_NAME, 'The user.'),
  Kind: required(enumeration('DueCredentialKind', ['ACCESS_KEY', 'PASSWORD']), 'What it is.'),
  AccessKeyId: optional(text('DueAccessKeyId', { audited: true }), 'The id of the access key.'),
  Reason: required(
    enumeration('DueCredentialReason', ['AGE', 'UNUSED', 'TEMPORARY_CREDENTIALS_ONLY']),
    'The rule that it breaks, or breaks first.',
  ),
  DueAt: required(timestamp('CredentialDueAt'), 'When it breaks the rule.'),
  WarnedAt: optional(timestamp('CredentialWarnedAt'), 'When the user was warned.'),
  InactiveFrom: optional(
    timestamp('CredentialInactiveFrom'),
    'When it is made inactive, within some hours: `DueAt`, but not before the user has been warned for `WarningDays`. Absent in the mode `REPORT`.',
  ),
};
const DUE_CREDENTIAL = structure('DueCredential', DUE_MEMBERS);

/** Lists what the credential policy of the caller's account makes inactive. */
export const ListDueCredentials = declareOperation({
  name: LIST,
  documentation:
    'Lists the active access keys and passwords that break the credential policy of the account, or will within `WarningDays`; by user. A page may have no items although more follow: go on while there is a `NextToken`. The permission is checked on `arn:aws:rolecall::<account>:credential-policy`.',
  readOnly: true,
  input: shape.pageRequest,
  output: {
    DueCredentials: required(shape.list('DueCredentialList', DUE_CREDENTIAL), 'The credentials.'),
    ...shape.pageResponse,
  },
  errors: [CREDENTIAL_POLICY_ERRORS.NoSuchCredentialPolicy],
  pageOf: 'DueCredentials',
});

/** Where a page begins: in the store, and how many credentials of the users that follow have been listed. */
type Position = readonly [after: string | null, listed: number];

/** @throws {ServiceError} ValidationError for a token that this list did not make. */
function positionIn(token: string): Position {
  const { after, listed } = /^(?<listed>\d{1,9}):(?<after>.*)$/s.exec(readMarker(LIST, token))?.groups ?? {};
  if (after === undefined || listed === undefined) throw invalidMarker();
  return [after === '' ? null : after, Number(listed)];
}

const tokenOf = ([after, listed]: Position): string => makeMarker(LIST, `${listed}:${after ?? ''}`);

export function listDueCredentialsOperation({
  store,
  lastUsed,
  clock,
}: Pick<RolecallDependencies, 'store' | 'lastUsed' | 'clock'>) {
  return declaredOperation(ListDueCredentials, {
    async authorize(_input, { caller: { accountId } }) {
      return { targets: [credentialPolicyTarget(ListDueCredentials, accountId)], subject: undefined };
    },
    async handle({ NextToken, MaxResults = DEFAULT_MAX_ITEMS }, { caller: { accountId } }) {
      const account = await store.accounts.get([accountId]);
      const policy = account?.credentialPolicy;
      if (account === undefined || policy === undefined) throw noCredentialPolicy();
      const now = clock.now();
      const [after, listed] = NextToken === undefined ? ([null, 0] as const) : positionIn(NextToken);
      const page = await pageAtMarker(
        store.users.find('byName', [accountId], { limit: USERS_AT_A_TIME, ...(after !== null && { after }) }),
      );
      const until = warningEdge(policy, now);
      const isOver = endedByAge(account, now);
      const found = await mapWithPauses(page.items, async (user) =>
        (await dueCredentials(user, policy, { lastUsed, until, isOver })).map((due) => shown(user, due, policy, now)),
      );
      const items = found.flat().slice(listed);
      const rest: Position | undefined =
        items.length > MaxResults ? [after, listed + MaxResults] : page.next === undefined ? undefined : [page.next, 0];
      return {
        DueCredentials: items.slice(0, MaxResults),
        ...(rest !== undefined && { NextToken: tokenOf(rest) }),
      };
    },
  });
}

const REASONS = {
  age: 'AGE',
  unused: 'UNUSED',
  'temporary-only': 'TEMPORARY_CREDENTIALS_ONLY',
} as const satisfies Record<DueReason, string>;

function shown(
  { userName }: User,
  due: DueCredential,
  policy: StoredCredentialPolicy,
  now: number,
): StructureOf<typeof DUE_MEMBERS> {
  const { kind, accessKeyId, reason, dueAt, warnedAt } = due;
  return {
    UserName: userName,
    Kind: kind === 'password' ? 'PASSWORD' : 'ACCESS_KEY',
    ...(accessKeyId !== undefined && { AccessKeyId: accessKeyId }),
    Reason: REASONS[reason],
    DueAt: new Date(dueAt),
    ...(warnedAt !== undefined && { WarnedAt: new Date(warnedAt) }),
    ...(policy.isEnforced && { InactiveFrom: new Date(endsAt(due, policy, now)) }),
  };
}
