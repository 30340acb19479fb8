/** Amazon's credentials as a worker wants them, of nobody. */
export const nobodysAmazon: Readonly<Record<string, string>> = Object.fromEntries(
  ['CLIENT_ID', 'CLIENT_SECRET', 'REFRESH_TOKEN', 'REFRESH_TOKEN_NA', 'REFRESH_TOKEN_EU', 'REFRESH_TOKEN_FE']
    .flatMap((name) => [`SP_API_${name}`, `SMAPI_${name}`])
    .map((name) => [name, 'none']),
);
