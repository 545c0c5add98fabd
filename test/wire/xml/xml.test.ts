import { IAMClient, ListUsersCommand } from '@aws-sdk/client-iam';
import { describe, expect, test } from '@jest/globals';
import { HttpResponse } from '@smithy/core/protocols';
import fc from 'fast-check';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { encodeErrorXml } from '../../../src/wire/protocols/query/encode-error.ts';
import { escapeXml } from '../../../src/wire/xml/escape-xml.ts';
import { generatedCases } from '../../support/generated-cases.ts';

describe('escaping', () => {
  test.each([
    ['plain text, also é€😀', 'plain text, also é€😀'],
    ['<a b="c" d=\'e\'>&', '&lt;a b=&quot;c&quot; d=&apos;e&apos;&gt;&amp;'],
    ['a\r\n\tb', 'a&#xD;\n\tb'],
    ['\u0000\u0008\u000b\u001f\ufffe\uffff', '\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd'],
    ['\ud800a\udc00', '\ufffda\ufffd'],
    [']]>', ']]&gt;'],
  ])('[XML 1.0 §2.2, §2.4] %j', (text, escaped) => {
    expect(escapeXml(text)).toBe(escaped);
  });

  test('escaped text is well-formed and survives a round trip', () => {
    const parser = new XMLParser({ trimValues: false, parseTagValue: false });
    const texts = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(texts, (text) => {
        const xml = `<a>${escapeXml(text)}</a>`;
        expect(XMLValidator.validate(xml)).toBe(true);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: what XML has no place for
        const expected = text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff\ud800-\udfff]/gu, '\ufffd');
        expect((parser.parse(xml) as { a: string }).a.replaceAll('&#xD;', '\r')).toBe(expected);
      }),
      { numRuns: generatedCases(1000) },
    );
  });
});

describe('errors', () => {
  const answer = {
    code: 'NoSuchEntity',
    message: 'The user with name <b> cannot be found.',
    fault: 'Sender',
    requestId: 'id-1',
  } as const;
  const xml = encodeErrorXml(answer, 'https://iam.amazonaws.com/doc/2010-05-08/');

  test('[aws-behaviour 5] are rendered with Type and Message, once', () => {
    expect(xml).toBe(
      '<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error><Type>Sender</Type><Code>NoSuchEntity</Code><Message>The user with name &lt;b&gt; cannot be found.</Message></Error><RequestId>id-1</RequestId></ErrorResponse>',
    );
  });

  test('are what the SDK builds its exceptions from', async () => {
    const client = new IAMClient({
      region: 'us-east-1',
      maxAttempts: 1,
      credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret' },
      requestHandler: {
        handle: async () => ({
          response: new HttpResponse({
            statusCode: 404,
            headers: {},
            body: new Blob([xml]).stream(),
          }),
        }),
      },
    });
    await expect(client.send(new ListUsersCommand({}))).rejects.toMatchObject({
      name: 'NoSuchEntityException',
      message: answer.message,
      $fault: 'client',
      $metadata: { httpStatusCode: 404 },
    });
  });
});
