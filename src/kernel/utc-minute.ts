const MINUTE = {
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  hour: 'numeric',
  minute: '2-digit',
  timeZone: 'UTC',
  timeZoneName: 'short',
} as const;

/**
 * A minute in words, with its time zone, which is UTC. English texts have it as in ISO 8601, because countries write English dates differently.
 * @param at ms since the epoch. @param language a tag (RFC 5646)
 */
export function utcMinute(at: number, language: string): string {
  if (language === 'en') return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  return new Intl.DateTimeFormat(language, MINUTE).format(at);
}
