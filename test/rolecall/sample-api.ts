import { declareOperation } from '../../src/rolecall/shapes/declare-operation.ts';
import { shape } from '../../src/rolecall/shapes/shape.ts';

const { blob, boolean, enumeration, integer, list, map, optional, required, structure, text, timestamp } = shape;

const NAME = text('CrateName', { length: [1, 8], pattern: '[a-z]+', audited: true, documentation: 'Its `name`.' });
const SECRET = text('Secret', { length: [3, null], sensitive: true });

export const CrateNotFound = {
  code: 'CrateNotFoundException',
  status: 404,
  recorded: true,
  documentation: 'There is no such crate.',
} as const;

/** Operations with every kind of shape, that exist in tests alone. */
export const CreateCrate = declareOperation({
  name: 'CreateCrate',
  documentation: 'Creates a crate.',
  readOnly: false,
  input: {
    Note: optional(text('Note'), 'What nobody needs to see.'),
    Name: required(NAME, 'The name of the new crate.'),
    Kind: optional(enumeration('Kind', ['BOX', 'BAG']), 'What it is.'),
    Count: optional(integer('Count', { range: [1, 9] }), 'How many.'),
    Bytes: optional(integer('Bytes'), 'How large.'),
    Fragile: optional(boolean('Fragile'), 'Whether to take care.'),
    Due: optional(timestamp('Due'), 'Until when.'),
    Seal: optional(blob('Seal', { length: [2, 4] }), 'A seal.'),
    Secret: optional(SECRET, 'How to open it.'),
    Opener: optional(blob('Opener', { sensitive: true }), 'Another way to open it.'),
    Labels: optional(map('Labels', { key: NAME, element: NAME }, { length: [0, 2] }), 'Labels.'),
    Inner: optional(
      structure('Inner', { Name: optional(NAME, 'A name.'), Secret: optional(SECRET, 'A secret.') }),
      'What is in it.',
    ),
    Tags: optional(shape.tags, 'Tags.'),
  },
  output: { Name: required(NAME, 'The name.') },
});

export const ListCrates = declareOperation({
  name: 'ListCrates',
  documentation: 'Lists the crates of `<account>` & all.',
  readOnly: true,
  input: { ...shape.pageRequest },
  output: { Crates: required(list('CrateList', NAME), 'The crates.'), ...shape.pageResponse },
  errors: [CrateNotFound],
  pageOf: 'Crates',
});
