/** The format of a Query service's response. */
export type AnswerFormat = 'xml' | 'json';

/** The content type of each format. */
export const CONTENT_TYPES: Readonly<Record<AnswerFormat, string>> = { xml: 'text/xml', json: 'application/json' };

const FORMAT_OF_TYPE: Readonly<Record<string, AnswerFormat>> = {
  'application/json': 'json',
  'text/xml': 'xml',
  'application/xml': 'xml',
};

/** The weight of a media range, 0 to 1 (RFC 9110 §12.4.2). */
function weightOf(parameters: readonly string[]): number {
  for (const parameter of parameters) {
    const weight = /^\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*$/i.exec(parameter)?.[1];
    if (weight !== undefined) return Number(weight);
  }
  return 1;
}

/**
 * The format that an `Accept` header asks for: JSON if the header lists it and prefers it to XML; of equal weights the first wins.
 * As in AWS, `*`/`*` and unknown types get XML.
 */
export function answerFormat(accept: string | readonly string[] | undefined): AnswerFormat {
  // Many SDKs send no Accept header.
  if (accept === undefined) return 'xml';
  const text = typeof accept === 'string' ? accept : accept.join(',');
  if (!/json/i.test(text)) return 'xml';
  let best: AnswerFormat = 'xml';
  let bestWeight = 0;
  for (const range of text.split(',')) {
    const [type = '', ...parameters] = range.split(';');
    const format = FORMAT_OF_TYPE[type.trim().toLowerCase()];
    const weight = format === undefined ? 0 : weightOf(parameters);
    if (format !== undefined && weight > bestWeight) {
      best = format;
      bestWeight = weight;
    }
  }
  return best;
}
