import type { StaticOperationSchema } from '@smithy/types';
import type { RequestSource } from '../authorize/request-source.ts';
import type { Target } from '../authorize/target.ts';
import type { Caller } from '../identity/sessions/caller.ts';
import type { ErrorRow } from '../kernel/service-error.ts';

/** The facts about the request that a handler gets besides its input. */
export interface Call<C extends Caller | undefined = Caller | undefined> {
  readonly requestId: string;
  /** The time of the request, ms since the epoch. */
  readonly now: number;
  readonly source: RequestSource;
  /** The caller; `undefined` in operations that accept unsigned requests. */
  readonly caller: C;
  /**
   * For operations that accept unsigned requests: the account that the call concerns. Set it as soon as it is known to
   * exist, so that this account's audit log gets the call even if it is refused.
   */
  concernedAccount: string | undefined;
}

/** A call of an operation that requires a signature. */
export type SignedCall = Call<Caller>;

/** What must be allowed before the operation is handled, and what was loaded to determine it. */
export interface Authorization<Subject> {
  /** Every target must be allowed. Empty only for operations that need no permission (`GetCallerIdentity`). */
  readonly targets: readonly Target[];
  readonly subject: Subject;
}

interface OperationBase<Input, Output, Subject, C extends Caller | undefined> {
  /** The operation's schema: its name, input and output. For AWS's operations, the object from the official SDK (`CreateUser$`). */
  readonly schema: StaticOperationSchema;
  /** The input members that audit events show, at any depth. Default: those of IAM and STS (`recorded/recorded-input.ts`). */
  readonly auditedInput?: ReadonlySet<string>;
  /** Whether it changes nothing. Changes are acknowledged only once their audit event is durable. */
  readonly readOnly: boolean;
  /** The errors that it throws besides the common ones and those of its model; each with a comment that says why. */
  readonly errors?: readonly ErrorRow[];
  /**
   * Determines what must be allowed. May load the resource to get its ARN and tags, but must not reveal whether it
   * exists. For a missing resource, it returns the ARN that the resource would have, and `handle` throws.
   */
  authorize(input: Input, call: Call<C>): Authorization<Subject> | Promise<Authorization<Subject>>;
  /** Performs the operation. Runs only if every target is allowed. Throws `ServiceError`s. */
  handle(input: Input, call: Call<C>, subject: Subject): Output | Promise<Output>;
}

/** An operation that requires a signature. */
export interface SignedOperation<Input, Output, Subject> extends OperationBase<Input, Output, Subject, Caller> {
  readonly authentication: 'signature';
}

/** An operation that authenticates its caller in another way (by a web identity token). */
export interface UnsignedOperation<Input, Output, Subject>
  extends OperationBase<Input, Output, Subject, Caller | undefined> {
  readonly authentication: 'none';
}

/** One operation of the wire API, with everything about it in one place. */
export type Operation<Input, Output, Subject> =
  | SignedOperation<Input, Output, Subject>
  | UnsignedOperation<Input, Output, Subject>;

/** An operation in a table, where its own types no longer matter: the codec and the pipeline keep them consistent. */
// biome-ignore lint/suspicious/noExplicitAny: only `any` lets operations of all input types stand in one table
export type AnyOperation = Operation<any, any, any>;

/** Declares an operation that requires a signature. Only ties the types of its parts together. */
export function signedOperation<Input, Output, Subject>(
  operation: Omit<SignedOperation<Input, Output, Subject>, 'authentication'>,
): SignedOperation<Input, Output, Subject> {
  return { authentication: 'signature', ...operation };
}

/** Declares an operation that accepts unsigned requests. */
export function unsignedOperation<Input, Output, Subject>(
  operation: Omit<UnsignedOperation<Input, Output, Subject>, 'authentication'>,
): UnsignedOperation<Input, Output, Subject> {
  return { authentication: 'none', ...operation };
}
