import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseDocument } from '../../src/policy/document/parse-document.ts';
import { parseJson } from '../../src/policy/document/parse-json.ts';
import { generatedCases } from '../support/generated-cases.ts';
import { layersArbitrary, mapDocuments } from './generated.ts';
import { meaningOf, printDocument, printJson } from './print-document.ts';
import { readVectors, vectorNames } from './vector-files.ts';

interface DocumentVector {
  readonly document: string;
  readonly message?: string;
}

const VALID = vectorNames('documents/').flatMap((name) =>
  readVectors<DocumentVector>(name)
    .cases.filter(({ message }) => message === undefined)
    .map(({ document }) => document),
);

describe('a document that is read, printed and read again is equal', () => {
  test.each(VALID)('%s', (text) => {
    const document = parseDocument(text);
    expect(meaningOf(parseDocument(printDocument(document)))).toEqual(meaningOf(document));
  });

  test('generated documents, whose output is stable', () => {
    fc.assert(
      fc.property(layersArbitrary, (layers) => {
        mapDocuments(layers, (documents) => {
          for (const made of documents) {
            const document = parseDocument(JSON.stringify(made));
            const printed = printDocument(document);
            expect(meaningOf(parseDocument(printed))).toEqual(meaningOf(document));
            expect(printDocument(parseDocument(printed))).toBe(printed);
          }
          return documents;
        });
      }),
      { numRuns: generatedCases(250) },
    );
  });

  test('any JSON, as JSON.parse understands it', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6, noUnicodeString: false }), (text) => {
        const printed = printJson(parseJson(text));
        expect(JSON.parse(printed)).toEqual(JSON.parse(text));
        expect(printJson(parseJson(printed))).toBe(printed);
      }),
      { numRuns: generatedCases(500) },
    );
  });
});
