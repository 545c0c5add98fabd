import type { StaticOperationSchema } from '@smithy/types';
import type { RequestSource } from '../authorize/request-source.ts';
import type { Target } from '../authorize/target.ts';
import type { Caller } from '../identity/sessions/caller.ts';

/** What a handler knows of the request beside its input. */
export interface Call<C extends Caller | undefined = Caller | undefined> {
  readonly requestId: string;
  /** The time of the request, ms since the epoch. */
  readonly now: number;
  readonly source: RequestSource;
  /** Who calls; `undefined` in operations that take unsigned requests. */
  readonly caller: C;
}

/** A call of an operation that only signed requests reach. */
export type SignedCall = Call<Caller>;

/** What has to be allowed before the operation is handled, and what was loaded on the way. */
export interface Authorization<Subject> {
  /** Each must be allowed; empty only for operations that need no permission (`GetCallerIdentity`). */
  readonly targets: readonly Target[];
  readonly subject: Subject;
}

interface OperationBase<Input, Output, Subject, C extends Caller | undefined> {
  /** The operation's schema object of the official SDK (`CreateUser$`): its name, input and output. */
  readonly schema: StaticOperationSchema;
  /** Whether it leaves everything as it was; mutations are acknowledged only once their audit event is durable. */
  readonly readOnly: boolean;
  /**
   * Says what must be allowed. It may load what the operation is about, to know its ARN and tags, but must not tell whether
   * it exists: for what does not, it answers the ARN that it would have, and `handle` throws.
   */
  authorize(input: Input, call: Call<C>): Authorization<Subject> | Promise<Authorization<Subject>>;
  /** Does it. Runs only when every target was allowed. Throws `ServiceError`s. */
  handle(input: Input, call: Call<C>, subject: Subject): Output | Promise<Output>;
}

/** An operation that is called with a signature. */
export interface SignedOperation<Input, Output, Subject> extends OperationBase<Input, Output, Subject, Caller> {
  readonly authentication: 'signature';
}

/** An operation that proves its caller otherwise (a web identity token). */
export interface UnsignedOperation<Input, Output, Subject>
  extends OperationBase<Input, Output, Subject, Caller | undefined> {
  readonly authentication: 'none';
}

/** One operation of the wire API, whole: everything that is known of it in one place. */
export type Operation<Input, Output, Subject> =
  | SignedOperation<Input, Output, Subject>
  | UnsignedOperation<Input, Output, Subject>;

/** An operation in a table, where its own types no longer matter: the codec and the pipeline keep them in step. */
// biome-ignore lint/suspicious/noExplicitAny: only `any` lets operations of all input types stand in one table
export type AnyOperation = Operation<any, any, any>;

/** Declares an operation called with a signature; it only ties the types of its parts together. */
export function signedOperation<Input, Output, Subject>(
  operation: Omit<SignedOperation<Input, Output, Subject>, 'authentication'>,
): SignedOperation<Input, Output, Subject> {
  return { authentication: 'signature', ...operation };
}

/** Declares an operation that takes unsigned requests. */
export function unsignedOperation<Input, Output, Subject>(
  operation: Omit<UnsignedOperation<Input, Output, Subject>, 'authentication'>,
): UnsignedOperation<Input, Output, Subject> {
  return { authentication: 'none', ...operation };
}
