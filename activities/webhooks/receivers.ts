/** Which endpoints are left alone for now, so that one which answers slowly or never leaves room for all others. */

/** Calls at the same time to an endpoint that answers soon, and to one of which that is not known. */
const AT_ONCE = { soon: 4, unknown: 1 };
const SOON_MS = 1_000;
/** After a call without an answer: so that those who are gone for long take little of the time of those who are there. */
const REST_MS = 30_000;
/** What is known of one that nothing is sent to is forgotten. */
const KNOWN_MS = 60_000;

interface Receiver {
  inHand: number;
  answersSoon: boolean;
  restsUntil: number;
  knownUntil: number;
  leftAlone: boolean;
}

export interface Receivers {
  /** Those that nothing more is to be sent to now. */
  busy(): string[];
  /**
   * @returns to be called once the call has ended, with whether it was answered; tells whether the endpoint was among the
   * busy ones meanwhile, so that more may be due for it
   */
  call(endpointId: string): (answered: boolean) => boolean;
}

/** Knows what this process has in hand, and what came of it lately. */
export function createReceivers(clock: () => number = Date.now): Receivers {
  const receivers = new Map<string, Receiver>();
  return {
    busy() {
      const now = clock();
      for (const [id, { inHand, knownUntil }] of receivers)
        if (inHand === 0 && knownUntil <= now) receivers.delete(id);
      const busy: string[] = [];
      for (const [id, receiver] of receivers) {
        const { inHand, answersSoon, restsUntil } = receiver;
        if (restsUntil <= now && inHand < (answersSoon ? AT_ONCE.soon : AT_ONCE.unknown)) continue;
        receiver.leftAlone = true;
        busy.push(id);
      }
      return busy;
    },
    call(endpointId) {
      const fresh = { inHand: 0, answersSoon: false, restsUntil: 0, knownUntil: 0, leftAlone: false };
      const receiver = receivers.get(endpointId) ?? fresh;
      receivers.set(endpointId, receiver);
      receiver.inHand += 1;
      const since = clock();
      return (answered) => {
        const now = clock();
        receiver.inHand -= 1;
        receiver.knownUntil = now + KNOWN_MS;
        receiver.answersSoon = answered && now - since < SOON_MS;
        if (!answered) receiver.restsUntil = now + REST_MS;
        const { leftAlone } = receiver;
        receiver.leftAlone = false;
        return leftAlone;
      };
    },
  };
}
