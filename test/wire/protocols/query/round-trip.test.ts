import * as iam from '@aws-sdk/client-iam';
import * as sts from '@aws-sdk/client-sts';
import { describe, expect, test } from '@jest/globals';
import { HttpResponse } from '@smithy/core/protocols';
import { NormalizedSchema } from '@smithy/core/schema';
import fc from 'fast-check';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { constraintsOfService } from '../../../../src/wire/constraints/constraints-of.ts';
import type { Form } from '../../../../src/wire/protocols/protocol.ts';
import { parseForm, readAction } from '../../../../src/wire/protocols/query/form.ts';
import { compileOperationCodec } from '../../../../src/wire/protocols/query/operation-codec.ts';
import { arbitraryOf } from './arbitrary-values.ts';
import { ALL_OPERATIONS } from './operations.ts';

interface Sent {
  body: string;
}

type AnyCommand = new (input: unknown) => unknown;

interface SdkClient {
  send(command: unknown): Promise<Record<string, unknown>>;
}

/** Answers the request that a client is sending. */
let answer: (sent: Sent) => string;

/** The SDK's client, whose requests go to `answer` instead of over the network. */
function clientOf(Client: typeof iam.IAMClient | typeof sts.STSClient): SdkClient {
  const client = new Client({
    region: 'us-east-1',
    endpoint: 'http://wire.test',
    maxAttempts: 1,
    credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret' },
    requestHandler: {
      handle: async (request: unknown) => ({
        response: new HttpResponse({
          statusCode: 200,
          headers: { 'content-type': 'text/xml' },
          body: new Blob([answer(request as Sent)]).stream(),
        }),
      }),
    },
  });
  return client as unknown as SdkClient;
}

/** One for all operations of a service: a client resolves its configuration with its first request. */
const CLIENTS: Readonly<Record<string, SdkClient>> = { iam: clientOf(iam.IAMClient), sts: clientOf(sts.STSClient) };

const parser = new XMLParser();

function commandOf(service: string, action: string): AnyCommand {
  const commands = (service === 'iam' ? iam : sts) as unknown as Readonly<Record<string, AnyCommand>>;
  return commands[`${action}Command`] as AnyCommand;
}

describe.each(ALL_OPERATIONS)('%s', (_, schema) => {
  const codec = compileOperationCodec(schema);
  const { name: service } = codec.service;
  const Command = commandOf(service, codec.action);
  const client = CLIENTS[service] as SdkClient;
  const constraints = constraintsOfService(service);
  const input = NormalizedSchema.of(schema[4]);
  const output = NormalizedSchema.of(schema[5]);
  const inputs = input.isUnitSchema() ? fc.constant({}) : arbitraryOf(input, constraints);
  const outputs = output.isUnitSchema()
    ? fc.constant({})
    : arbitraryOf(output, { ...constraints, shapes: {}, structures: {} });

  test('the decoder reads what the SDK writes, the SDK reads what the encoder writes', async () => {
    await fc.assert(
      fc.asyncProperty(inputs, outputs, async (given, answered) => {
        let form: Form = new Map();
        let xml = '';
        answer = ({ body }) => {
          form = parseForm(body);
          xml = codec.encode(answered, 'request-1');
          return xml;
        };
        const { $metadata, ...received } = await client.send(new Command(given));
        // One comparison: `expect` takes longer than what it compares.
        expect({
          action: readAction(form),
          decoded: codec.decode(form),
          valid: XMLValidator.validate(xml),
          metadata: parser.parse(xml)[`${codec.action}Response`].ResponseMetadata,
          received,
        }).toEqual({
          action: { action: codec.action, version: codec.service.version },
          decoded: given,
          valid: true,
          metadata: { RequestId: 'request-1' },
          received: answered,
        });
      }),
      { numRuns: 10 },
    );
  });
});
