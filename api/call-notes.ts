import type { ServerResponse } from 'node:http';

/** What is known of a call beside its answer, for the log. */
export interface CallNotes {
  requestId: string;
  /** Of its answer, whatever that is. */
  headers: Readonly<Record<string, string>>;
  route?: string;
  personId?: string;
  /** What went wrong that the caller is not told. */
  error?: unknown;
}
/** Express leaves what is there already. */
export const beginNotes = (response: ServerResponse, notes: CallNotes): void =>
  void Object.assign(response, { locals: notes });
export const notesOf = (response: ServerResponse): CallNotes =>
  (response as ServerResponse & { locals: CallNotes }).locals;
