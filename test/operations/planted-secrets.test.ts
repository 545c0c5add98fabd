import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { NormalizedSchema } from '@smithy/core/schema';
import type { StaticOperationSchema } from '@smithy/types';
import { loggedError } from '../../src/app/log/logged-error.ts';
import type { IamDependencies } from '../../src/iam/iam-dependencies.ts';
import { iamOperations } from '../../src/iam/iam-operations.ts';
import { recordedInput } from '../../src/operations/recorded/recorded-input.ts';
import { type RolecallOperationDependencies, rolecallOperations } from '../../src/rolecall/rolecall-operations.ts';
import type { StsDependencies } from '../../src/sts/sts-dependencies.ts';
import { stsOperations } from '../../src/sts/sts-operations.ts';
import { QUERY_SERVICES } from '../../src/wire/protocols/query/operation-codec.ts';
import { makeUser } from '../sts/people.ts';
import { type InProcessServer, startInProcess } from '../support/in-process-server.ts';
import { until } from '../support/until.ts';
import { presigned, send, signedForm, signedJson } from '../support/wire.ts';

// The descriptors are only looked at: what they would work on is not needed for their schemas.
const SCHEMAS = [...iamOperations({} as IamDependencies), ...stsOperations({} as StsDependencies)].map(
  ({ schema }) => schema as StaticOperationSchema,
);

/** Whether audit events show the values of a member. */
const isRecordedMember = (name: string): boolean => recordedInput({ [name]: 'shown' })[name] === 'shown';

/** A value that was planted under a member, and whether the record may show it. */
interface Planted {
  readonly member: string;
  readonly value: string;
  readonly mayShow: boolean;
}

let planted = 0;

/** The parameters of an operation with a value of its own in every text member, in the form that the member takes. */
function formOf(schema: StaticOperationSchema): { form: Record<string, string>; values: Planted[] } {
  const [, namespace, action] = schema;
  const service = QUERY_SERVICES[namespace];
  const form: Record<string, string> = { Action: action, Version: service?.version ?? '' };
  const values: Planted[] = [];
  function plant(path: string, member: string, node: NormalizedSchema, mayShow: boolean): void {
    if (node.isListSchema()) {
      const { xmlFlattened } = node.getMergedTraits();
      plant(xmlFlattened === undefined ? `${path}.member.1` : `${path}.1`, member, node.getValueSchema(), mayShow);
    } else if (node.isStructSchema()) plantMembers(`${path}.`, node, mayShow);
    else if (node.isNumericSchema()) form[path] = '1000';
    else if (node.isBooleanSchema()) form[path] = 'true';
    else {
      planted += 1;
      // Codes are digits alone, else they would not get past the decoder.
      const value = /Code\d?$/.test(member) ? `90${String(planted).padStart(4, '0')}` : `Planted${planted}Value`;
      form[path] = value;
      values.push({ member, value, mayShow });
    }
  }
  function plantMembers(prefix: string, node: NormalizedSchema, mayShow: boolean): void {
    for (const [name, member] of node.structIterator()) {
      const isSecret = member.getMergedTraits().sensitive !== undefined;
      plant(`${prefix}${name}`, name, member, mayShow && isRecordedMember(name) && !isSecret);
    }
  }
  const input = NormalizedSchema.of(schema[4]);
  if (!input.isUnitSchema()) plantMembers('', input, true);
  return { form, values };
}

/** The same in JSON, for an operation of our own API. */
function jsonOf(schema: StaticOperationSchema, audited: ReadonlySet<string>): { input: object; values: Planted[] } {
  const values: Planted[] = [];
  function plant(member: string, node: NormalizedSchema, mayShow: boolean): unknown {
    if (node.isListSchema()) return [plant(member, node.getValueSchema(), mayShow)];
    if (node.isStructSchema()) return plantMembers(node, mayShow);
    if (node.isNumericSchema()) return 1000;
    if (node.isBooleanSchema()) return true;
    planted += 1;
    const value = `Planted${planted}Value`;
    values.push({ member, value, mayShow });
    return value;
  }
  function plantMembers(node: NormalizedSchema, mayShow: boolean): object {
    const members = [...node.structIterator()].map(([name, member]) => {
      const isSecret = member.getMergedTraits().sensitive !== undefined;
      return [name, plant(name, member, mayShow && audited.has(name) && !isSecret)];
    });
    return Object.fromEntries(members);
  }
  const input = NormalizedSchema.of(schema[4]);
  return { input: input.isUnitSchema() ? {} : plantMembers(input, true), values };
}

const OWN = rolecallOperations({} as RolecallOperationDependencies);

/** Headers that prove who somebody is, or that nothing should be read from. */
const HEADERS: Readonly<Record<string, string>> = Object.fromEntries(
  [
    'cookie',
    'proxy-authorization',
    'x-api-key',
    'x-auth-token',
    'x-amz-security-token-2',
    'x-csrf-token',
    'dpop',
    'referer',
    'origin',
    'forwarded',
    'x-forwarded-for',
    'x-real-ip',
    'x-request-id',
    'x-amzn-trace-id',
    'accept-language',
    'from',
  ].map((name) => [name, `header-${name}-planted`]),
);

/** What proves who somebody is in every request. */
const SENT_BY_ALL = /header-[\w-]+-planted|planted-(?:secret|parameter|bearer)|X-Amz-Signature|aws4_request/;

let server: InProcessServer;
beforeAll(async () => {
  server = await startInProcess();
});
afterAll(() => server.close());

/** What of the output is new to the next test, and all secrets so far. */
let seen = { events: 0, errors: 0 };
const allSecrets: Planted[] = [];

/** What the server has written since: audit, log, metrics. By default, since it started. */
async function output(since = { events: 0, errors: 0 }): Promise<string> {
  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  const errors = server.errors.slice(since.errors).map((error) => {
    const { message, err, ...facts } = error as { message: string; err: unknown };
    return { message, err: loggedError(err), ...facts };
  });
  return [JSON.stringify(server.events.slice(since.events)), JSON.stringify(errors), metrics].join('\n');
}

/** What is new. The last test looks at all of it again, for what comes late. */
async function newOutput(secrets: readonly Planted[]): Promise<string> {
  const text = await output(seen);
  seen = { events: server.events.length, errors: server.errors.length };
  allSecrets.push(...secrets);
  return text;
}

/** Those of the values that are in a text, as words of their own. */
function found(text: string, secrets: readonly Planted[]): Planted[] {
  const words = new Set(text.match(/[0-9A-Za-z]+/g));
  return secrets.filter(({ value }) => words.has(value));
}

describe('[S43] [S48] secrets planted in a request stay out of audit, log and metrics', () => {
  test.each(SCHEMAS.map((schema) => [schema[2], schema] as const))('%s', async (_name, schema) => {
    const { form, values } = formOf(schema);
    const service = QUERY_SERVICES[schema[1]]?.name ?? '';
    const secrets = values.filter(({ mayShow }) => !mayShow);
    const wrong = { ...server.admin, secretAccessKey: 'planted-secret-access-key' };
    const headers = { ...HEADERS };
    await send(server.url, signedForm(server.url, form, server.admin, { service, headers }));
    await send(server.url, signedForm(server.url, form, wrong, { service, headers }));
    await send(server.url, presigned(server.url, { ...form, Unknown: 'planted-parameter' }, wrong));
    await send(server.url, { ...presigned(server.url, form, server.admin), headers: { ...HEADERS } });
    await send(server.url, {
      headers: { ...HEADERS, authorization: 'Bearer planted-bearer' },
      body: new URLSearchParams(form).toString(),
    });
    // One at a time too, so that each gets as far as it can.
    for (const { member, value } of secrets) {
      const one = { Action: schema[2], Version: form['Version'] ?? '', UserName: 'admin', [member]: value };
      await send(server.url, signedForm(server.url, one, server.admin, { service }));
      await send(server.url, signedForm(server.url, one, wrong, { service }));
    }
    const text = await newOutput(secrets);
    expect(found(text, secrets)).toEqual([]);
    expect(text).not.toMatch(SENT_BY_ALL);
  });

  test.each(OWN.map((operation) => [operation.declaration.name, operation] as const))(
    'rolecall:%s',
    async (name, { schema, auditedInput = new Set() }) => {
      const { input, values } = jsonOf(schema, auditedInput);
      const secrets = values.filter(({ mayShow }) => !mayShow);
      const wrong = { ...server.admin, secretAccessKey: 'planted-secret-access-key' };
      const headers = { ...HEADERS };
      // As it is, with what is needed to get far, with a member of the wrong type, and not signed well.
      const valid = { Name: 'planted', UserName: 'admin', ClientId: 'planted', Issuer: 'https://127.0.0.1:9' };
      const usable = Object.fromEntries(Object.entries(valid).filter(([member]) => member in input));
      const own = secrets.map(({ member, value }) => ({ ...usable, [member]: value }));
      const mistaken = Object.fromEntries(values.map(({ member, value }) => [member, [value]]));
      for (const body of [input, { ...input, ...usable }, ...own, mistaken]) {
        await send(server.url, signedJson(server.url, name, body, server.admin, { headers }));
        await send(server.url, signedJson(server.url, name, body, wrong, { headers }));
      }
      const text = await newOutput(secrets);
      expect(found(text, secrets)).toEqual([]);
      expect(text).not.toMatch(SENT_BY_ALL);
    },
  );

  test('and appear nowhere later', async () => {
    const text = await output();
    expect(allSecrets).not.toHaveLength(0);
    expect(found(text, allSecrets)).toEqual([]);
    expect(text).not.toMatch(SENT_BY_ALL);
  });

  test('the caller still gets AWS’s message', async () => {
    // A key that nobody has used wrongly yet: many refusals of one key are only counted.
    const wrong = { ...(await makeUser(server, 'signer')), secretAccessKey: 'x'.repeat(40) };
    const form = { Action: 'ListUsers', Version: '2010-05-08' };
    const { message } = await send(server.url, signedForm(server.url, form, wrong));
    expect(message).toContain('The Canonical String for this request should have been');
    await until(() =>
      server.events.some(({ errorMessage = '' }) =>
        /^The request signature we calculated does not match .* for details\.$/.test(errorMessage),
      ),
    );
  });

  test('a validation message is audited without the values', async () => {
    const form = { Action: 'GetSessionToken', Version: '2011-06-15', TokenCode: '12345x', SerialNumber: 'arn' };
    const key = await makeUser(server, 'mistaken');
    const { message } = await send(server.url, signedForm(server.url, form, key, { service: 'sts' }));
    expect(message).toContain("Value '12345x' at 'tokenCode'");
    // Events of refusals may come after the answers.
    const told = "Value at 'tokenCode' failed to satisfy constraint";
    await until(() => server.events.some(({ errorMessage }) => errorMessage?.includes(told)));
    expect(JSON.stringify(server.events)).not.toContain('12345x');
  });
});

test('[S43] no member that the model marks as sensitive is on the list of audited members', () => {
  const shown: string[] = [];
  for (const schema of SCHEMAS) {
    const input = NormalizedSchema.of(schema[4]);
    if (input.isUnitSchema()) continue;
    for (const [name, member] of input.structIterator()) {
      if (member.getMergedTraits().sensitive !== undefined && isRecordedMember(name)) shown.push(name);
    }
  }
  expect(shown).toEqual([]);
  expect(['TokenCode', 'AuthenticationCode1', 'AuthenticationCode2', 'EncodedMessage'].some(isRecordedMember)).toBe(
    false,
  );
});
