import * as iam from '@aws-sdk/client-iam';
import * as sts from '@aws-sdk/client-sts';
import { describe, expect, test } from '@jest/globals';
import { HttpResponse } from '@smithy/core/protocols';
import { NormalizedSchema } from '@smithy/core/schema';
import fc from 'fast-check';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { constraintsOfService } from '../../../../src/wire/constraints/constraints-of.ts';
import { parseForm, readAction } from '../../../../src/wire/protocols/query/form.ts';
import { compileOperationCodec } from '../../../../src/wire/protocols/query/operation-codec.ts';
import { arbitraryOf } from './arbitrary-values.ts';
import { ALL_OPERATIONS } from './operations.ts';

interface Sent {
  body: string;
}

type AnyCommand = new (input: unknown) => unknown;

/** The SDK's client, whose requests go to `answer` instead of over the network. */
function clientOf(service: string, answer: (sent: Sent) => string) {
  const configuration = {
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
  };
  const client = service === 'iam' ? new iam.IAMClient(configuration) : new sts.STSClient(configuration);
  return client as unknown as { send(command: unknown): Promise<Record<string, unknown>> };
}

function commandOf(service: string, action: string): AnyCommand {
  const commands = (service === 'iam' ? iam : sts) as unknown as Readonly<Record<string, AnyCommand>>;
  return commands[`${action}Command`] as AnyCommand;
}

describe.each(ALL_OPERATIONS)('%s', (_, schema) => {
  const codec = compileOperationCodec(schema);
  const { name: service } = codec.service;
  const Command = commandOf(service, codec.action);
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
        let decoded: unknown;
        const client = clientOf(service, ({ body }) => {
          const form = parseForm(body);
          expect(readAction(form)).toEqual({ action: codec.action, version: codec.service.version });
          decoded = codec.decode(form);
          const xml = codec.encode(answered, 'request-1');
          expect(XMLValidator.validate(xml)).toBe(true);
          expect(new XMLParser().parse(xml)).toMatchObject({
            [`${codec.action}Response`]: { ResponseMetadata: { RequestId: 'request-1' } },
          });
          return xml;
        });
        const { $metadata, ...received } = await client.send(new Command(given));
        expect(decoded).toEqual(given);
        expect(received).toEqual(answered);
      }),
      { numRuns: 10 },
    );
  });
});
