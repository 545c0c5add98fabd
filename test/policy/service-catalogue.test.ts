import { describe, expect, test } from '@jest/globals';
import { closestName } from '../../src/policy/catalogue/closest-name.ts';
import { type PackedService, prefixOf, readService } from '../../src/policy/catalogue/packed-service.ts';
import { type ServiceDescription, serviceCatalogue } from '../../src/policy/catalogue/service-catalogue.ts';
import { parseDocument } from '../../src/policy/document/parse-document.ts';
import { findIssues } from '../../src/policy/validate/find-issues.ts';

const SHOP: PackedService = [
  'shop',
  'The Shop',
  [
    [1, [0], [0], 'GetOrder ListedOrder'],
    [2, [], [], 'BuyOrder'],
  ],
  [['order', 'arn:${Partition}:shop::${Account}:order/${Id}', [1]]],
  [
    ['shop:Region', 'String'],
    ['shop:OrderTag/${TagKey}', 'String'],
  ],
];
const line = JSON.stringify(SHOP);
const shop = readService(line);
const aws = { prefixes: ['shop', 'store'], service: (prefix: string) => (prefix === 'shop' ? shop : undefined) };
const own: ServiceDescription = { ...shop, prefix: 'Till', name: 'Till', isOwn: true };
const catalogue = serviceCatalogue(aws, [own]);

describe('the catalogue of services', () => {
  test('reads a packed service', () => {
    expect(prefixOf(line)).toBe('shop');
    expect(shop).toEqual({
      prefix: 'shop',
      name: 'The Shop',
      actions: [
        { name: 'BuyOrder', accessLevel: 'Write', resourceTypes: [], conditionKeys: [] },
        { name: 'GetOrder', accessLevel: 'Read', resourceTypes: ['order'], conditionKeys: ['shop:Region'] },
        { name: 'ListedOrder', accessLevel: 'Read', resourceTypes: ['order'], conditionKeys: ['shop:Region'] },
      ],
      resourceTypes: [
        {
          name: 'order',
          arn: 'arn:${Partition}:shop::${Account}:order/${Id}',
          conditionKeys: ['shop:OrderTag/${TagKey}'],
        },
      ],
      conditionKeys: [
        { name: 'shop:Region', type: 'String' },
        { name: 'shop:OrderTag/${TagKey}', type: 'String' },
      ],
    });
  });

  test('numbers that point nowhere give nothing, and no error', () => {
    const broken: PackedService = ['x', 'X', [[9, [3], [3], 'Do']], [['t', 'arn:x', [3]]], []];
    const { actions, resourceTypes } = readService(JSON.stringify(broken));
    expect(actions).toEqual([{ name: 'Do', accessLevel: 'Write', resourceTypes: [''], conditionKeys: [''] }]);
    expect(resourceTypes).toEqual([{ name: 't', arn: 'arn:x', conditionKeys: [''] }]);
  });

  test('finds services and actions in any case; those of the operator come first', () => {
    expect(catalogue.prefixes).toEqual(['shop', 'store', 'till']);
    expect(catalogue.service('TILL')).toBe(own);
    expect(catalogue.action('SHOP:getorder')?.name).toBe('GetOrder');
    expect(catalogue.action('shop:GetOrder')?.accessLevel).toBe('Read');
    expect(catalogue.action('shop:Nothing')).toBeUndefined();
    expect(catalogue.action('nothing:GetOrder')).toBeUndefined();
  });
});

test.each([
  ['GetOrdr', 'GetOrder'],
  ['getorders', 'GetOrder'],
  ['GteOrder', 'GetOrder'],
  ['Completely', undefined],
  ['x'.repeat(129), undefined],
])('the closest name to %s is %s', (given, expected) => {
  expect(closestName(given, ['PutOrder', 'GetOrder', 'GetOrderLines'])).toBe(expected);
});

async function issues(statement: object): Promise<readonly (readonly [string, string])[]> {
  const text = JSON.stringify({ Version: '2012-10-17', Statement: { Effect: 'Allow', Resource: '*', ...statement } });
  return (await findIssues(parseDocument(text), catalogue)).map(({ code, message }) => [code, message]);
}

describe('[IAM Access Analyzer policy check reference] what no service has', () => {
  test.each([
    ['*', undefined],
    ['shop:GetOrder', undefined],
    ['SHOP:getorder', undefined],
    ['shop:Get*', undefined],
    ['s*:Whatever', undefined],
    ['shop:Put*', ['INVALID_ACTION', 'No action of The Shop matches shop:Put*.']],
    ['shop:GetOrdre', ['INVALID_ACTION', 'The action shop:GetOrdre does not exist. Did you mean shop:GetOrder?']],
    ['shop:Sing', ['INVALID_ACTION', 'The action shop:Sing does not exist.']],
    [
      'shob:GetOrder',
      ['INVALID_SERVICE_IN_ACTION', 'The service shob specified in the action does not exist. Did you mean shop?'],
    ],
    ['piano:Sing', ['INVALID_SERVICE_IN_ACTION', 'The service piano specified in the action does not exist.']],
    ['p*:Sing', ['INVALID_SERVICE_IN_ACTION', 'The service p* specified in the action does not exist.']],
  ])('action %s: %j', async (Action, expected) => {
    expect(await issues({ Action })).toEqual(expected === undefined ? [] : [expected]);
    expect(await issues({ NotAction: [Action] })).toEqual(expected === undefined ? [] : [expected]);
  });

  test.each([
    ['aws:SourceIp', undefined],
    ['aws:PrincipalTag/team', undefined],
    ['id.example.com:anything', undefined],
    ['shop:region', undefined],
    ['shop:OrderTag/team', undefined],
    ['aws:SourceIpp', ['INVALID_GLOBAL_CONDITION_KEY', 'The condition key aws:SourceIpp does not exist.']],
    [
      'shop:Planet',
      ['INVALID_SERVICE_CONDITION_KEY', 'The condition key shop:Planet does not exist in the service shop.'],
    ],
    ['piano:Key', ['INVALID_SERVICE_CONDITION_KEY', 'The condition key piano:Key does not exist.']],
    ['team', ['INVALID_SERVICE_CONDITION_KEY', 'The condition key team does not exist.']],
  ])('condition key %s: %j', async (key, expected) => {
    expect(await issues({ Action: '*', Condition: { StringEquals: { [key]: 'x' } } })).toEqual(
      expected === undefined ? [] : [expected],
    );
  });

  test('everything is found, in the order of the text', async () => {
    const found = await issues({ Condition: { StringEquals: { 'aws:No': 'x' } }, Action: ['shop:No', 'piano:No'] });
    expect(found.map(([code]) => code)).toEqual([
      'INVALID_GLOBAL_CONDITION_KEY',
      'INVALID_ACTION',
      'INVALID_SERVICE_IN_ACTION',
    ]);
  });

  test('thousands of unknown names end with the first hundred', async () => {
    const Action = Array.from({ length: 3000 }, (_, index) => `shop:GetOrderOfNobody${index}`);
    const found = await issues({ Action });
    expect(found).toHaveLength(100);
    expect(found.at(-1)?.[1]).toBe('The action shop:GetOrderOfNobody99 does not exist.');
  });

  test('a statement of a trust policy needs no action here', async () => {
    expect(await issues({ Principal: '*' })).toEqual([]);
  });
});
