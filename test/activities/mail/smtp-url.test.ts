import { isTlsRequired } from '../../../activities/mail/smtp-url';

it.each([
  ['smtp://badges:secret@mail.example:587', true],
  ['smtp://badges:secret@mail.example:587/?requireTLS=false', false],
  ['smtp://badges:secret@mail.example:587/?ignoreTLS=true', false],
  ['smtp://mail.example:25', false],
  ['smtp://badges:secret@127.0.0.1:2525', false],
  ['smtp://badges:secret@[::1]:2525', false],
  ['smtp://badges:secret@localhost:2525', false],
  // By TLS anyway.
  ['smtps://badges:secret@mail.example:465', false],
])('%s is to be by STARTTLS without being asked: %s', (url, expected) => {
  expect(isTlsRequired(url)).toBe(expected);
});
