import type { OpenConnector } from '../../../src/federation/connectors/open-connector.ts';

/** Has the provider of one OpenID Connect connector post its answers (`response_mode=form_post`), as Apple does. */
export const byPost =
  (name: string) =>
  (open: OpenConnector): OpenConnector =>
  (connector) => {
    const { redirect } = open(connector);
    if (connector.name !== name || redirect === undefined) return open(connector);
    return {
      redirect: {
        answersByPost: true,
        finish: (answer) => redirect.finish(answer),
        async begin(request) {
          const begun = await redirect.begin(request);
          if (!('url' in begun)) throw new Error('expected a URL');
          return { url: `${begun.url}&response_mode=form_post`, kept: begun.kept };
        },
      },
    };
  };
