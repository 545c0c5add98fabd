import type { ErrorRow } from '../../kernel/service-error.ts';
import type { Invocable } from '../../operations/invoke.ts';
import { type SignedOperation, signedOperation } from '../../operations/operation.ts';
import { auditedMembers } from './audited-members.ts';
import { type Members, type StructureOf, shape } from './shape.ts';
import { NAMESPACE, schemaOf } from './smithy-schema.ts';

/** An error that operations declare, as a row of the service's table. */
export interface DeclaredError extends ErrorRow {
  /** A sentence for the documentation: when it happens. */
  readonly documentation: string;
}

interface OperationDeclaration<Input extends Members, Output extends Members> {
  readonly name: string;
  /** What it does, in a sentence or two. */
  readonly documentation: string;
  /** Whether it changes nothing. */
  readonly readOnly: boolean;
  readonly input: Input;
  readonly output: Output;
  /** The errors of its own. Those that every operation may answer with need no declaration. */
  readonly errors?: readonly DeclaredError[];
  /** For an operation with `NextToken` and `MaxResults`: the member of the output that holds the items of a page. */
  readonly pageOf?: string & keyof Output;
}

/** A declared operation: its shapes, and the schema made of them. */
export interface Declared<Input extends Members = Members, Output extends Members = Members>
  extends Omit<OperationDeclaration<Input, Output>, 'pageOf'>,
    Invocable<StructureOf<Input>, StructureOf<Output>> {
  readonly pageOf?: string;
}

/** Declares an operation. @throws {Error} if it lists pages without the members for it (`shape.pageRequest`, `…Response`). */
export function declareOperation<Input extends Members, Output extends Members>(
  declaration: OperationDeclaration<Input, Output>,
): Declared<Input, Output> {
  const { name, input, output } = declaration;
  if (declaration.pageOf !== undefined && !('NextToken' in input && 'NextToken' in output)) {
    throw new Error(`${name} lists pages, but has no NextToken`);
  }
  const request = schemaOf(shape.structure(`${name}Request`, input));
  const response = schemaOf(shape.structure(`${name}Response`, output));
  return { ...declaration, schema: [9, NAMESPACE, name, 0, request, response] };
}

/** An operation of the API, with the declaration that it implements. */
export interface DeclaredOperation<Input, Output, Subject> extends SignedOperation<Input, Output, Subject> {
  readonly declaration: Declared;
}

/** Binds a declaration to what it does. */
export function declaredOperation<Input extends Members, Output extends Members, Subject>(
  declaration: Declared<Input, Output>,
  phases: Pick<SignedOperation<StructureOf<Input>, StructureOf<Output>, Subject>, 'authorize' | 'handle'>,
): DeclaredOperation<StructureOf<Input>, StructureOf<Output>, Subject> {
  const { schema, readOnly, input, errors = [] } = declaration;
  const auditedInput = auditedMembers(input);
  return { ...signedOperation({ schema, readOnly, errors, auditedInput, ...phases }), declaration };
}
