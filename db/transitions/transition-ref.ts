/** Which transition is recorded, and for whom. */
import type { Role } from '../../domain/lifecycle';

export interface TransitionRef {
  readonly requestId: string;
  /** The workflow's number of this transition, from 1. */
  readonly seq: number;
  /** Whose command it is; `null`: the service's own. */
  readonly command: TransitionCommand | null;
}

export interface TransitionCommand {
  readonly commandId: string;
  readonly actor: { readonly id: string; readonly role: Role };
}
