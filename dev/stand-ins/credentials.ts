/**
 * Who the stand-ins let in. Every secret says that it is one of development, so that a production start
 * refuses it.
 */

/** The Selling Partner application: one client, one authorisation for each region. */
export const retailClient = {
  clientId: 'development-catalog-client',
  clientSecret: 'development-catalog-secret',
  refreshTokens: {
    na: 'development-refresh-token-na',
    eu: 'development-refresh-token-eu',
    fe: 'development-refresh-token-fe',
  },
} as const;

/** The developer account that owns the demo skills. */
export const skillClient = {
  clientId: 'development-skill-client',
  clientSecret: 'development-skill-secret',
  refreshToken: 'development-refresh-token-skills',
} as const;
