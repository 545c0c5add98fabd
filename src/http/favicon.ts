/** The path that browsers request by default. */
export const FAVICON_PATH = '/favicon.ico';

const FAVICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#1d4ed8"/><path d="M10 8h8a6 6 0 0 1 1 11.9L24 25h-5l-4.500-5H14v5h-4zm4 4v4h4a2 2 0 0 0 0-4z" fill="#fff"/></svg>';

/** Responds with the favicon. It is the same for everyone, so browsers may cache it. */
export function answerFavicon(ctx: { type: string; body: unknown; set(name: string, value: string): void }): void {
  ctx.set('Cache-Control', 'public, max-age=86400');
  ctx.type = 'image/svg+xml';
  ctx.body = FAVICON;
}
