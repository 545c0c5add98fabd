import type { StaticOperationSchema, StaticSimpleSchema, StaticStructureSchema } from '@smithy/types';
import type { JsonService } from '../../../../src/wire/protocols/json/json-protocol.ts';

const NAMESPACE = 'org.example.depot';
const SENSITIVE: StaticSimpleSchema = [0, NAMESPACE, 'Secret', 8, 0];
const CRATE: StaticStructureSchema = [3, NAMESPACE, 'Crate', 0, ['Label', 'Inner'], [0, () => CRATE], 1];
const INPUT: StaticStructureSchema = [
  3,
  NAMESPACE,
  'StoreRequest',
  0,
  ['Name', 'Count', 'Fragile', 'Due', 'Seal', 'Kind', 'Secret', 'Names', 'Crates', 'Labels'],
  [
    0,
    1,
    2,
    4,
    21,
    0,
    [() => SENSITIVE, 0],
    [1, NAMESPACE, 'Names', 0, 0],
    [1, NAMESPACE, 'Crates', 0, () => CRATE],
    [2, NAMESPACE, 'Labels', 0, 0, 0],
  ],
  1,
];

/** An operation with every kind of member, as input and as output. */
export const Store$: StaticOperationSchema = [9, NAMESPACE, 'Store', 0, () => INPUT, () => INPUT];

/** A service of the JSON protocol that exists in tests alone. */
export const DEPOT: JsonService = {
  name: 'depot',
  namespace: NAMESPACE,
  version: '2020-01-02',
  targetPrefix: 'com.example.v1.Depot_20200102',
  constraints: {
    shapes: {
      Name: { length: [1, 9], pattern: '[a-z_]+' },
      Count: { range: [1, 9] },
      Kind: { values: ['BOX', 'BAG'] },
      Seal: { length: [2, 4] },
      Secret: { length: [3, null] },
      Names: { length: [0, 2], element: 'Name' },
      Labels: { length: [0, 2], key: 'Name', element: 'Name' },
    },
    structures: {
      StoreRequest: {
        Name: 'Name',
        Count: 'Count',
        Kind: 'Kind',
        Seal: 'Seal',
        Secret: 'Secret',
        Names: 'Names',
        Labels: 'Labels',
      },
      Crate: { Label: 'Name' },
    },
    errorStatus: {},
    errors: {},
  },
};
