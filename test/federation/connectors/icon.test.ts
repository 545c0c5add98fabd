import { expect, test } from '@jest/globals';
import { connectorListShape } from '../../../src/federation/connectors/connector-settings.ts';

const SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><script>alert(1)</script></svg>';
const dataUrl = (type: string, content: string | Buffer): string =>
  `data:${type};base64,${Buffer.from(content).toString('base64')}`;

test.each([
  ['another scheme', 'https://example.com/icon.png'],
  ['another type', dataUrl('text/html', '<svg></svg>')],
  ['content of another type', dataUrl('image/png', SVG)],
  ['markup that is not SVG', dataUrl('image/svg+xml', '<html><svg/></html>')],
  ['what would end the attribute', `${dataUrl('image/svg+xml', SVG)}"onerror="alert(1)`],
  ['more than 32,768 characters', dataUrl('image/svg+xml', `<svg>${' '.repeat(30_000)}</svg>`)],
])('an icon is refused: %s', (_what, icon) => {
  const { error } = connectorListShape.safeParse([
    { name: 'x', issuer: 'https://idp.example', clientId: 'x', clientSecret: 'x', icon },
  ]);
  expect(error?.issues.map(({ path }) => path.join('.'))).toContain('0.icon');
});
