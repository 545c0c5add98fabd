import { describe, expect, test } from '@jest/globals';
import { openProtocols } from '../../src/operations/choose-protocol.ts';
import { recordedInput } from '../../src/operations/recorded/recorded-input.ts';
import { COMMON_ERRORS } from '../../src/rolecall/model/common-errors.ts';
import { paginatorsModel, serviceModel } from '../../src/rolecall/model/service-model.ts';
import { rolecallService } from '../../src/rolecall/rolecall-service.ts';
import { declaredOperation, declareOperation } from '../../src/rolecall/shapes/declare-operation.ts';
import { everyShape } from '../../src/rolecall/shapes/every-shape.ts';
import { type StructureOf, shape } from '../../src/rolecall/shapes/shape.ts';
import { CreateCrate, ListCrates } from './sample-api.ts';

type CreateInput = StructureOf<(typeof CreateCrate)['input']>;

const protocols = openProtocols([rolecallService([CreateCrate, ListCrates])]);
const json = protocols.of({ method: 'POST', headers: { 'x-amz-target': 'Rolecall_20261128.X' } });
const compile = ({ schema }: { schema: typeof CreateCrate.schema }) => json.compile(schema);

describe('a declared operation', () => {
  test('its input has the declared types', () => {
    const input: CreateInput = {
      Name: 'tea',
      Kind: 'BOX',
      Count: 3,
      Fragile: true,
      Due: new Date(1000),
      Seal: new Uint8Array([1, 2]),
      Labels: { a: 'b' },
      Inner: { Name: 'c' },
      Tags: [{ Key: 'k', Value: 'v' }],
    };
    // @ts-expect-error a value that is not of the enumeration
    const wrong: CreateInput = { Name: 'tea', Kind: 'TIN' };
    // @ts-expect-error the name is required
    const unnamed: CreateInput = { Kind: 'BAG' };
    const body = { ...input, Due: 1, Seal: 'AQI=' };
    expect(compile(CreateCrate).decode(new Map(), Buffer.from(JSON.stringify(body)))).toEqual(input);
    expect([wrong.Kind, unnamed.Kind]).toEqual(['TIN', 'BAG']);
  });

  test('its constraints apply', () => {
    const decode = (body: string) => () => compile(CreateCrate).decode(new Map(), Buffer.from(body));
    const input = JSON.stringify({ Name: 'TEA', Count: 10, Secret: 'no', Tags: [{ Key: '', Value: '' }] });
    expect(decode(input)).toThrow(
      expect.objectContaining({
        code: 'ValidationError',
        message: expect.stringMatching(/^5 validation errors detected/),
      }),
    );
    expect(decode(input)).toThrow("Value at 'secret' failed to satisfy constraint");
    expect(decode(input)).toThrow("Value '' at 'tags.1.member.key' failed to satisfy constraint");
    expect(decode('{}')).toThrow("Value null at 'name' failed to satisfy constraint: Member must not be null");
    const page = () => compile(ListCrates).decode(new Map(), Buffer.from('{"MaxResults":1001}'));
    expect(page).toThrow("Value '1001' at 'maxResults' failed to satisfy constraint");
  });

  test('[S48] audit events contain what is declared as audited, and no secret', () => {
    const { auditedInput } = declaredOperation(CreateCrate, {
      authorize: async () => ({ targets: [], subject: undefined }),
      handle: async () => ({ Name: '' }),
    });
    const input: CreateInput = {
      Name: 'tea',
      Note: 'hidden',
      Kind: 'BOX',
      Count: 3,
      Secret: 'hidden',
      Seal: Buffer.from('hidden'),
      Opener: Buffer.from('hidden'),
      Labels: { a: 'hidden' },
      Inner: { Name: 'c', Secret: 'hidden' },
      Tags: [{ Key: 'k', Value: 'v' }],
    };
    const recorded = recordedInput(input, auditedInput);
    expect(recorded).toMatchObject({ Name: 'tea', Kind: 'BOX', Count: 3, Inner: { Name: 'c', Secret: '[redacted]' } });
    expect(recorded).toMatchObject({ Tags: [{ Key: 'k', Value: 'v' }] });
    expect(JSON.stringify(recorded)).not.toContain('hidden');
  });

  test('a name that is a secret somewhere is audited nowhere', () => {
    const secret = shape.structure('Holder', { Name: shape.optional(shape.text('Hidden'), '') });
    const declared = declareOperation({
      name: 'CreateCrate',
      documentation: '',
      readOnly: false,
      input: { Name: CreateCrate.input.Name, Inner: shape.optional(secret, '') },
      output: CreateCrate.output,
    });
    const { auditedInput } = declaredOperation(declared, {
      authorize: async () => ({ targets: [], subject: undefined }),
      handle: async () => ({ Name: '' }),
    });
    expect(auditedInput?.has('Name')).toBe(false);
  });

  test('lists pages only with the members for it', () => {
    expect(() => declareOperation({ ...ListCrates, input: {}, pageOf: 'Crates' })).toThrow('has no NextToken');
  });

  test('two shapes must not share a name', () => {
    const Name = shape.optional(shape.text('CrateName'), '');
    const other = declareOperation({ name: 'Other', documentation: '', readOnly: true, input: { Name }, output: {} });
    expect(() => everyShape([CreateCrate, other])).toThrow('two shapes have the name CrateName');
  });
});

describe('the service model', () => {
  const model = serviceModel([CreateCrate, ListCrates]) as {
    operations: Record<string, Record<string, unknown>>;
    shapes: Record<string, Record<string, unknown>>;
  };

  test('has every operation with its errors', () => {
    expect(model.operations['ListCrates']).toEqual({
      name: 'ListCrates',
      http: { method: 'POST', requestUri: '/' },
      input: { shape: 'ListCratesRequest' },
      output: { shape: 'ListCratesResponse' },
      errors: [...Object.keys(COMMON_ERRORS), 'CrateNotFoundException'].map((code) => ({ shape: code })),
      documentation: '<p>Lists the crates of <code>&lt;account&gt;</code> &amp; all.</p>',
    });
    expect(model.shapes['CrateNotFoundException']).toMatchObject({ exception: true, type: 'structure' });
  });

  test('has every shape', () => {
    expect(model.shapes).toMatchObject({
      CrateName: { type: 'string', min: 1, max: 8, pattern: '[a-z]+', documentation: '<p>Its <code>name</code>.</p>' },
      Kind: { type: 'string', enum: ['BOX', 'BAG'] },
      Count: { type: 'integer', min: 1, max: 9 },
      Bytes: { type: 'long' },
      Fragile: { type: 'boolean' },
      Due: { type: 'timestamp' },
      Seal: { type: 'blob', min: 2, max: 4 },
      Secret: { type: 'string', min: 3, sensitive: true },
      Opener: { type: 'blob', sensitive: true },
      Labels: { type: 'map', key: { shape: 'CrateName' }, value: { shape: 'CrateName' }, min: 0, max: 2 },
      CrateList: { type: 'list', member: { shape: 'CrateName' } },
      CreateCrateRequest: { type: 'structure', required: ['Name'] },
      ListCratesRequest: { type: 'structure', members: { MaxResults: { shape: 'MaxResults' } } },
    });
    expect(model.shapes['Secret']).not.toHaveProperty('max');
    expect(model.shapes['ListCratesRequest']).not.toHaveProperty('required');
  });

  test('and a paginator for paged lists', () => {
    expect(paginatorsModel([CreateCrate, ListCrates])).toEqual({
      pagination: {
        ListCrates: {
          input_token: 'NextToken',
          output_token: 'NextToken',
          limit_key: 'MaxResults',
          result_key: 'Crates',
        },
      },
    });
  });

  test('a paginator keeps what an answer has beside its list', () => {
    const { Crates } = ListCrates.output;
    const withTotal = { ...ListCrates, output: { Total: Crates, ...ListCrates.output } };
    expect(paginatorsModel([withTotal])).toMatchObject({
      pagination: { ListCrates: { result_key: 'Crates', non_aggregate_keys: ['Total'] } },
    });
  });

  test('common errors are what the protocol calls them', () => {
    const codes = [
      'AccessDenied',
      'InternalFailure',
      'SerializationException',
      'ServiceUnavailable',
      'Throttling',
      'ValidationError',
    ];
    const error = { message: '', status: 400, fault: 'Sender', requestId: '' } as const;
    const sent = codes.map((code) => json.encodeError({ ...error, code }, { service: '', headers: {} }).errorType);
    expect(sent).toEqual(Object.keys(COMMON_ERRORS));
  });
});
