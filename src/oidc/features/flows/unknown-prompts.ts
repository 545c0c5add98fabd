import type Provider from 'oidc-provider';
import type { ErrorOut } from 'oidc-provider';

/** The library's words for a value of `prompt` that is not in `prompt_values_supported`. */
const UNKNOWN_PROMPT = 'unsupported prompt value requested';

/**
 * Answers a `prompt` that is not supported with status 400 and no redirect, as Initiating User Registration via OpenID Connect 1.0 §4.1 has
 * it. The library would send the browser back to the app. It reads `allow_redirect` after it has told of the error.
 */
export function refuseUnknownPrompts(provider: Provider): void {
  provider.on('authorization.error', (_ctx, error) => {
    if (error.error_description === UNKNOWN_PROMPT) error.allow_redirect = false;
  });
}

/** Whether an error is for such a value. */
export function isUnknownPrompt({ error_description: description }: ErrorOut): boolean {
  return description === UNKNOWN_PROMPT;
}
