import { describe, expect, test } from '@jest/globals';
import { NormalizedSchema } from '@smithy/core/schema';
import fc from 'fast-check';
import { constraintsOfService } from '../../../../src/wire/constraints/constraints-of.ts';
import { isLongOutput } from '../../../../src/wire/protocols/long-output.ts';
import { compileOperationCodec } from '../../../../src/wire/protocols/query/operation-codec.ts';
import { arbitraryOf } from './arbitrary-values.ts';
import { ALL_OPERATIONS } from './operations.ts';

const LISTING = ALL_OPERATIONS.filter(([, schema]) => compileOperationCodec(schema).pieces !== undefined);

describe('the pieces of a long answer make up the answer', () => {
  test.each(LISTING)('%s', (_name, schema) => {
    const codec = compileOperationCodec(schema);
    const constraints = constraintsOfService(codec.service.name);
    const outputs = arbitraryOf(NormalizedSchema.of(schema[5]), { ...constraints, shapes: {}, structures: {} });
    fc.assert(
      fc.property(outputs, (output) => {
        const joined = (format: 'xml' | 'json') => [...(codec.pieces?.(output, 'id', format) ?? [])].join('');
        expect(joined('json')).toBe(codec.encodeJson(output, 'id'));
        // Written whole, a result without members has no end tag.
        const result = `${codec.action}Result`;
        expect(joined('xml').replace(`<${result}></${result}>`, `<${result}/>`)).toBe(codec.encode(output, 'id'));
      }),
      { numRuns: 20 },
    );
  });
});

test('only answers with long lists are split into pieces', () => {
  expect(isLongOutput({ Users: Array(33).fill({}) })).toBe(true);
  expect(isLongOutput({ Users: Array(32).fill({}), Marker: 'x'.repeat(1000) })).toBe(false);
});
