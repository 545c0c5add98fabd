import type { StaticOperationSchema } from '@smithy/types';
import type { Target } from '../../authorize/target.ts';
import { findHolder } from '../../identity/policy-holder/find-holder.ts';
import { arnOf, type HolderKind, noSuchHolder, type PolicyHolder } from '../../identity/policy-holder/holder-kind.ts';
import { iamArn } from '../../kernel/arn.ts';
import { type SignedCall, type SignedOperation, signedOperation } from '../../operations/operation.ts';
import type { IamDependencies } from '../iam-dependencies.ts';

/** What a handler gets: the entity is there, and what is to be done to it is allowed. */
export interface HolderContext<Input, Holder> {
  readonly input: Input;
  readonly call: SignedCall;
  readonly holder: Holder;
}

/** An operation on one user, group or role that is named in the input. */
export interface HolderOperation<Input, Output, Holder extends PolicyHolder> {
  readonly schema: StaticOperationSchema;
  readonly readOnly: boolean;
  readonly kind: HolderKind<Holder>;
  name(input: Input): string;
  /** What policies may ask for beside the entity's ARN and tags. */
  keys?(input: Input, holder: Holder | undefined): Pick<Target, 'conditions' | 'requestTags'>;
  handle(context: HolderContext<Input, Holder>): Output | Promise<Output>;
}

/**
 * The phases that all operations on an existing entity share: find it in the caller's account, authorise on its ARN with
 * its path and tags (or on the ARN that it would have), and only then say that it is not there.
 */
export function holderOperation<Input, Output, Holder extends PolicyHolder>(
  { store }: Pick<IamDependencies, 'store'>,
  operation: HolderOperation<Input, Output, Holder>,
): SignedOperation<Input, Output, Holder | undefined> {
  const { schema, readOnly, kind } = operation;
  return signedOperation({
    schema,
    readOnly,
    async authorize(input, { caller: { accountId } }) {
      const name = operation.name(input);
      const holder = await findHolder(kind, store, { accountId, name });
      const target = namedTarget(kind, { action: actionOf(schema), accountId, name, holder });
      return { targets: [{ ...target, ...operation.keys?.(input, holder) }], subject: holder };
    },
    handle(input, call, holder) {
      if (!holder) throw noSuchHolder(kind.type, operation.name(input));
      return operation.handle({ input, call, holder });
    },
  });
}

/** `iam:` and the operation's name. */
export function actionOf(schema: StaticOperationSchema): string {
  return `iam:${schema[2]}`;
}

interface HolderAt<Holder> {
  readonly action: string;
  readonly accountId: string;
  readonly name: string;
  readonly holder: Holder | undefined;
}

/** An entity that the request names, as the target of an action: a denial calls it by that name. */
export function namedTarget<Holder extends PolicyHolder>(kind: HolderKind<Holder>, at: HolderAt<Holder>): Target {
  return { ...holderTarget(kind, at), called: `${kind.type} ${at.name}` };
}

/** An entity as the target of an action. */
export function holderTarget<Holder extends PolicyHolder>(kind: HolderKind<Holder>, at: HolderAt<Holder>): Target {
  const { action, accountId, holder } = at;
  return {
    action,
    resource: holder ? arnOf(kind, holder) : iamArn(accountId, kind.type, '/', at.name),
    resourceAccountId: accountId,
    ...(holder?.tags ? { resourceTags: holder.tags } : {}),
  };
}
