/** The demo app's registration with the server: a public client, protected by PKCE alone. */
export const DEMO_CLIENT = {
  client_id: 'demo-app',
  client_name: 'Demo App',
  // It runs on this machine, but in the browser: with a tile on the start page, and remembered consent.
  application_type: 'web',
  redirect_uris: ['http://127.0.0.1:9000/callback'],
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  token_endpoint_auth_method: 'none',
} as const;
