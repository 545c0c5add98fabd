import type { StaticOperationSchema } from '@smithy/types';
import type { Authorizer } from '../authorize/authorizer.ts';
import type { Clock } from '../kernel/clock.ts';
import { ServiceError } from '../kernel/service-error.ts';
import type { CallRecord } from './call-record.ts';
import { type ReportFault, thrownErrors } from './errors/thrown-error.ts';
import type { InvokedBy, InvokedUnsigned } from './invoked-by.ts';
import type { ObservedCall } from './observed-call.ts';
import { beginProgress, type Progress, rowOf } from './progress.ts';
import type { Registry } from './registry.ts';
import {
  authorize,
  decide,
  handle,
  limit,
  noteAccess,
  proceed,
  requireRecord,
  type Step,
  type StepDependencies,
} from './steps.ts';

/** An operation to invoke: its schema, and the types of its input and output. */
export interface Invocable<Input, Output> {
  readonly schema: StaticOperationSchema;
  /** Only types: no operation has this property. */
  readonly types?: { readonly input: Input; readonly output: Output };
}

/** Runs operations within the process, for pages: the same steps as for programs, without the wire. */
export interface Invoker {
  /**
   * Invokes an operation: checks the input, counts the call against the caller's limit, authorises, handles and audits it.
   * @throws {ServiceError} what a program would get.
   */
  invoke<Input, Output>(operation: Invocable<Input, Output>, input: NoInfer<Input>, by: InvokedBy): Promise<Output>;
  /**
   * Invokes an operation that needs no signature, because its input proves who asks (`AssumeRoleWithWebIdentity`). It must change nothing.
   * @throws {ServiceError} what a program would get.
   */
  invokeUnsigned<Input, Output>(
    operation: Invocable<Input, Output>,
    input: NoInfer<Input>,
    by: InvokedUnsigned,
  ): Promise<Output>;
  /**
   * Whether the caller is allowed to invoke an operation, so that a page offers only what is possible. Nothing is done, and
   * nothing audited.
   */
  allows<Input>(operation: Invocable<Input, unknown>, input: NoInfer<Input>, by: InvokedBy): Promise<boolean>;
}

export interface InvokerDependencies extends StepDependencies {
  readonly registry: Registry;
  readonly authorizer: Authorizer;
  readonly callRecord: CallRecord;
  readonly whenRoom: () => Promise<void> | undefined;
  readonly clock: Clock;
  readonly observe: (call: ObservedCall) => void;
  readonly fault: ReportFault;
}

export function createInvoker(deps: InvokerDependencies): Invoker {
  const { registry, callRecord, authorizer, clock } = deps;
  const errorOf = thrownErrors(deps.fault);
  const steps: readonly Step<InvokedCall>[] = [
    limit(deps),
    noteAccess(deps),
    decode,
    requireChangeAllowed,
    authorize,
    decide(deps),
    requireRecord(deps),
    handle,
    callRecord.allowed,
  ];

  function begin({ schema }: Invocable<unknown, unknown>, given: unknown, by: Invocation): InvokedCall {
    const { caller, source, requestId, mayChange } = by;
    const beginning = { requestId, now: clock.now(), source, method: 'session' } as const;
    const call = beginProgress({ given, mayChange }, beginning);
    call.caller = caller;
    call.row = registry.findBySchema(schema);
    return call;
  }

  function observe(call: Progress, code: string): void {
    const { service, name: operation } = rowOf(call);
    deps.observe({ service, operation, code, seconds: (performance.now() - call.started) / 1000 });
  }

  async function run(call: InvokedCall): Promise<unknown> {
    try {
      await proceed(steps, call, 0);
    } catch (thrown) {
      const error = errorOf(call, thrown);
      const recorded = callRecord.refused(call, error).catch(() => undefined);
      if (error.code !== 'ServiceUnavailable') await recorded;
      observe(call, error.code);
      throw error;
    }
    observe(call, 'ok');
    return call.output;
  }

  return {
    async invoke<Output>(operation: Invocable<never, Output>, input: unknown, by: InvokedBy) {
      await deps.whenRoom();
      return (await run(begin(operation, input, by))) as Output;
    },
    async invokeUnsigned<Output>(operation: Invocable<never, Output>, input: unknown, by: InvokedUnsigned) {
      await deps.whenRoom();
      const call = begin(operation, input, { ...by, caller: undefined, mayChange: false });
      if (rowOf(call).operation.authentication !== 'none') throw new Error('this operation needs a caller');
      return (await run(call)) as Output;
    },
    async allows(operation, input, by) {
      const call = begin(operation, input, by);
      await proceed([decode, authorize], call, 0);
      for (const target of call.targets) {
        if (!(await authorizer.decide(call, target)).decision.allowed) return false;
      }
      return true;
    },
  };
}

interface Invocation extends Omit<InvokedBy, 'caller'> {
  readonly caller: InvokedBy['caller'] | undefined;
}

type InvokedCall = Progress<{
  /** The input as the page gave it. */
  readonly given: unknown;
  readonly mayChange: boolean;
}>;

/** Input from a page is checked like input from the wire, because it contains what people typed. */
function decode(call: InvokedCall): void {
  call.input = rowOf(call).codec.decodeValue(call.entry.given);
}

/** Only a form of ours may change something, whatever policies allow. */
function requireChangeAllowed(call: InvokedCall): void {
  if (call.entry.mayChange || rowOf(call).operation.readOnly) return;
  throw new ServiceError('AccessDenied', 'This page cannot make changes. Use its form.');
}
