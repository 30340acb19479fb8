/** Amazon’s interfaces, and how often and how long they are asked. */
import { z } from 'zod';
import { decimalNumber, http, wholeNumber, type Variable } from './rules';

const AMAZON = {
  na: 'https://sellingpartnerapi-na.amazon.com',
  eu: 'https://sellingpartnerapi-eu.amazon.com',
  fe: 'https://sellingpartnerapi-fe.amazon.com',
  token: 'https://api.amazon.com/auth/o2/token',
  skills: 'https://api.amazonalexa.com',
} as const;

/** More than Amazon allows to anybody; `npm run bench` lifts the limit with it. */
const callsPerSecond = decimalNumber(0.01, 1000);

export const amazonVariables = {
  SP_API_ENDPOINT_NA: {
    rule: http.default(AMAZON.na),
    for: ['worker'],
    about: 'Selling Partner API, North America',
  },
  SP_API_ENDPOINT_EU: {
    rule: http.default(AMAZON.eu),
    for: ['worker'],
    about: 'Selling Partner API, Europe',
  },
  SP_API_ENDPOINT_FE: {
    rule: http.default(AMAZON.fe),
    for: ['worker'],
    about: 'Selling Partner API, Far East',
  },
  SP_API_TOKEN_URL: {
    rule: http.default(AMAZON.token),
    for: ['worker'],
    about: 'Login with Amazon, for the catalogue',
  },
  SP_API_CLIENT_ID: {
    rule: z.string().min(1),
    for: ['worker'],
    about: 'Client of the Selling Partner application',
  },
  SP_API_CLIENT_SECRET: { rule: z.string().min(1), for: ['worker'], about: 'Its secret' },
  SP_API_REFRESH_TOKEN_NA: {
    rule: z.string().min(1),
    for: ['worker'],
    about: 'Authorisation, North America',
  },
  SP_API_REFRESH_TOKEN_EU: { rule: z.string().min(1), for: ['worker'], about: 'Authorisation, Europe' },
  SP_API_REFRESH_TOKEN_FE: { rule: z.string().min(1), for: ['worker'], about: 'Authorisation, Far East' },
  SP_API_CALLS_PER_SECOND_NA: {
    rule: callsPerSecond.prefault('2'),
    for: ['worker'],
    about: 'Catalogue calls a second that its account may make, all workers together, North America',
  },
  SP_API_CALLS_PER_SECOND_EU: {
    rule: callsPerSecond.prefault('2'),
    for: ['worker'],
    about: 'Catalogue calls a second, Europe',
  },
  SP_API_CALLS_PER_SECOND_FE: {
    rule: callsPerSecond.prefault('2'),
    for: ['worker'],
    about: 'Catalogue calls a second, Far East',
  },
  SP_API_OFFERS_PER_SECOND_NA: {
    rule: callsPerSecond.prefault('0.5'),
    for: ['worker'],
    about: 'Calls for offers, likewise, North America',
  },
  SP_API_OFFERS_PER_SECOND_EU: {
    rule: callsPerSecond.prefault('0.5'),
    for: ['worker'],
    about: 'Calls for offers a second, Europe',
  },
  SP_API_OFFERS_PER_SECOND_FE: {
    rule: callsPerSecond.prefault('0.5'),
    for: ['worker'],
    about: 'Calls for offers a second, Far East',
  },
  SMAPI_ENDPOINT: { rule: http.default(AMAZON.skills), for: ['worker'], about: 'Skill Management API' },
  SMAPI_TOKEN_URL: {
    rule: http.default(AMAZON.token),
    for: ['worker'],
    about: 'Login with Amazon, for the skills',
  },
  SMAPI_CLIENT_ID: { rule: z.string().min(1), for: ['worker'], about: 'Client of the skill application' },
  SMAPI_CLIENT_SECRET: { rule: z.string().min(1), for: ['worker'], about: 'Its secret' },
  SMAPI_REFRESH_TOKEN: {
    rule: z.string().min(1),
    for: ['worker'],
    about: 'Authorisation of the skills’ owner',
  },
  CALL_TIMEOUT_MS: {
    rule: wholeNumber(100, 120000).prefault('10000'),
    for: ['worker'],
    about: 'Longest that one call to Amazon may take',
  },
  CHECK_PATIENCE_SECONDS: {
    rule: wholeNumber(1, 604800).prefault('900'),
    for: ['worker'],
    about: 'How long a review check waits for Amazon before it answers *unknown* and a reviewer decides',
  },
} as const satisfies Record<string, Variable>;
