/** What SMTP_URL says of TLS; `smtps:` is TLS from the first byte. */

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;
/** What the URL may say itself, in nodemailer's words. */
const OWN_WORD = ['requireTLS', 'ignoreTLS'];

/**
 * Whether a mail waits rather than leaves without TLS although the URL does not ask for that: a password is for nobody who
 * takes STARTTLS out of what the server offers. Beyond this machine only.
 */
export function isTlsRequired(smtpUrl: string): boolean {
  const { protocol, hostname, password, searchParams } = new URL(smtpUrl);
  if (protocol !== 'smtp:' || OWN_WORD.some((word) => searchParams.has(word))) return false;
  return password !== '' && !LOOPBACK.test(hostname);
}
