import { AssumeRoot$, type AssumeRootRequest, type AssumeRootResponse } from '@aws-sdk/client-sts';
import type { Target } from '../authorize/target.ts';
import { allowsTask, featureOfTask, rootAccessTo } from '../identity/documents/organizations/root-access.ts';
import { organizationOf } from '../identity/organizations/find-organization.ts';
import { findManagedPolicy } from '../identity/policies/find-managed-policy.ts';
import { accountsThrough, type Caller, userStampOf } from '../identity/sessions/caller.ts';
import type { SessionRequest } from '../identity/sessions/mint.ts';
import { rootArn } from '../kernel/arn.ts';
import { ServiceError } from '../kernel/service-error.ts';
import type { Decoded } from '../operations/decoded.ts';
import { type SignedOperation, signedOperation } from '../operations/operation.ts';
import { credentialsAnswer } from './answers.ts';
import type { StsDependencies } from './sts-dependencies.ts';

type Input = Decoded<AssumeRootRequest>;

interface Prepared {
  /** The member account. */
  readonly accountId: string;
  readonly taskPolicyArn: string;
}

/** In seconds; it is also the longest. */
const DEFAULT_DURATION = 900;
/** An account id, or the ARN of its root user. */
const TARGET = /^(?:arn:aws:iam::(?<ofArn>\d{12}):root|(?<id>\d{12}))$/;
/** The task policies only deny, and a session policy has to allow, too. */
const ALLOW_ALL = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}';

/**
 * AssumeRoot: a session of a member account's root user for one task, by the management account or a delegated administrator of IAM. The
 * policy of the task limits it as a session policy. It ends with what made it possible: see `allowsTask`.
 */
export function assumeRootOperation({
  store,
  mint,
}: Pick<StsDependencies, 'store' | 'mint'>): SignedOperation<Input, AssumeRootResponse, Prepared> {
  return signedOperation({
    schema: AssumeRoot$,
    // Changes nothing in the store.
    readOnly: true,

    authorize(input, { caller }) {
      if (caller.type === 'Account') throw new ServiceError('AccessDenied', 'Root users may not call AssumeRoot.');
      const prepared = prepare(input);
      const target: Target = {
        action: 'sts:AssumeRoot',
        resource: rootArn(prepared.accountId),
        // A root user has no policy of its own that could let another account in: the caller's alone decide.
        resourceAccountId: caller.accountId,
        conditions: new Map([
          ['sts:taskpolicyarn', prepared.taskPolicyArn],
          ['aws:resourceaccount', prepared.accountId],
        ]),
      };
      return { targets: [target], subject: prepared };
    },

    async handle({ DurationSeconds = DEFAULT_DURATION }, { caller }, { accountId, taskPolicyArn }) {
      const organization = await organizationOf(store, caller.accountId);
      const access = organization && rootAccessTo(organization, accountId);
      // One answer for all, so that accounts outside of the organization are not told from others.
      const isAllowed = allowsTask(access, { administratorId: caller.accountId, taskPolicyArn });
      // A closed account has no root user.
      if (organization === undefined || !isAllowed || (await store.accounts.get([accountId])) === undefined) {
        throw new ServiceError(
          'AccessDenied',
          'AssumeRoot needs the management account or a delegated administrator for IAM, a member account as the target, and the feature of central root access that the task belongs to.',
        );
      }
      const task = await findManagedPolicy(store, accountId, taskPolicyArn);
      if (task === undefined) throw unknownTask();
      const assumedRoot = { organizationId: organization.organizationId, administratorId: caller.accountId };
      const session = {
        ...inherited(caller, accountId),
        ...{ tags: [], transitiveTagKeys: [], sessionPolicies: [ALLOW_ALL] },
        ...{ sessionPolicyArns: [task.policyArn], sessionPolicyIds: [task.policyId], assumedRoot },
      };
      const credentials = await mint({ type: 'Account', accountId, session }, DurationSeconds);
      const { sourceIdentity } = session;
      return {
        Credentials: credentialsAnswer(credentials),
        ...(sourceIdentity !== undefined && { SourceIdentity: sourceIdentity }),
      };
    },
  });
}

/** @throws {ServiceError} ValidationError */
function prepare({ TargetPrincipal, TaskPolicyArn }: Input): Prepared {
  const { ofArn, id } = TARGET.exec(TargetPrincipal)?.groups ?? {};
  const accountId = ofArn ?? id;
  if (accountId === undefined) {
    throw new ServiceError('ValidationError', 'TargetPrincipal must be an account id or the ARN of a root user.');
  }
  const { arn: taskPolicyArn } = TaskPolicyArn;
  if (taskPolicyArn === undefined || featureOfTask(taskPolicyArn) === undefined) throw unknownTask();
  return { accountId, taskPolicyArn };
}

const unknownTask = (): ServiceError =>
  new ServiceError(
    'ValidationError',
    'TaskPolicyArn must be one of the policies below arn:aws:iam::aws:policy/root-task/.',
  );

type Inherited = Pick<SessionRequest['session'], 'sourceIdentity' | 'login' | 'signIn' | 'user' | 'through'>;

/** What the session has of the caller: it ends with the caller's sign-in, user or accounts, too. */
function inherited(caller: Caller, accountId: string): Inherited {
  const { sourceIdentity, login, signIn } = caller.session ?? {};
  const user = userStampOf(caller);
  const through = accountsThrough(caller, accountId);
  return {
    ...(sourceIdentity !== undefined && { sourceIdentity }),
    ...(login !== undefined && { login }),
    ...(signIn !== undefined && { signIn }),
    ...(user !== undefined && { user }),
    ...(through !== undefined && { through }),
  };
}
