/** Where an OAuth 2 provider is. */
export interface OAuth2Endpoints {
  /** What it calls itself in its answers (RFC 9207), if it does. */
  readonly issuer?: string;
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  readonly profileEndpoint: string;
}
