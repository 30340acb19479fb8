import type { Logger } from 'pino';
import { Webhook } from 'standardwebhooks';
import { refuseUnlessText } from '../body';
import { ProblemError } from '../problem';

const HEADERS = ['webhook-id', 'webhook-timestamp', 'webhook-signature'] as const;
type SignedHeaders = Record<(typeof HEADERS)[number], string>;

/** Some HTTP clients take a 401 without a challenge for a broken answer. */
const refused = (detail: string) =>
  new ProblemError('SIGNATURE_INVALID', detail, { headers: { 'WWW-Authenticate': 'StandardWebhooks' } });

/**
 * Passes when the body of a call is signed as Standard Webhooks signs.
 * @throws {ProblemError} SIGNATURE_INVALID, or what is wrong with the body itself
 */
export async function requireSignature(
  { webhookSecrets, log }: { readonly webhookSecrets: readonly string[]; readonly log: Logger },
  header: (name: string) => string | undefined,
  readBody: () => Promise<Buffer>,
): Promise<void> {
  const headers = noteRefusal(log, () => readSignedHeaders(header));
  const bytes = await readBody();
  // A signature is held against the text of the body: of other bytes it tells nothing.
  refuseUnlessText(bytes);
  noteRefusal(log, () => verifySignature(webhookSecrets, headers, bytes));
}

/** That nothing comes through any more may be for an operator to correct: a secret, or a clock. */
function noteRefusal<Result>(log: Logger, verify: () => Result): Result {
  try {
    return verify();
  } catch (error) {
    if (error instanceof ProblemError) log.warn({ why: error.detail }, 'a certification event was refused');
    throw error;
  }
}

/**
 * The headers that Standard Webhooks signs with.
 * @throws {ProblemError} SIGNATURE_INVALID when one is missing, the id is longer than any we store, or the time is none
 */
function readSignedHeaders(header: (name: string) => string | undefined): SignedHeaders {
  const headers = Object.fromEntries(HEADERS.map((name) => [name, header(name) ?? ''])) as SignedHeaders;
  const missing = HEADERS.filter((name) => headers[name] === '');
  if (missing.length > 0) throw refused(`The event lacks ${missing.join(', ')}.`);
  if (!/^[\x21-\x7e]{1,255}$/.test(headers['webhook-id']))
    throw refused('webhook-id takes 1 to 255 visible ASCII characters.');
  if (!/^\d{1,15}$/.test(headers['webhook-timestamp']))
    throw refused('webhook-timestamp takes the seconds since 1970, whole and in digits.');
  return headers;
}

/**
 * Passes when any of the secrets has signed these bytes under this id within five minutes of now.
 * @throws {ProblemError} SIGNATURE_INVALID
 */
function verifySignature(secrets: readonly string[], headers: SignedHeaders, body: Buffer): void {
  const failures: string[] = [];
  for (const secret of secrets)
    try {
      new Webhook(secret).verify(body, headers, { jsonParse: false });
      return;
    } catch (error) {
      failures.push(String(error));
    }
  throw refused(
    failures.some((failure) => failure.includes('too old'))
      ? 'The event comes more than five minutes after the time that it was signed at, by our clock.'
      : failures.some((failure) => failure.includes('too new'))
        ? 'The event comes more than five minutes before the time that it was signed at, by our clock.'
        : 'None of the secrets has signed this body under this id and timestamp.',
  );
}
