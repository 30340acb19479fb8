/** The clock and the states that tests of a request's state begin with. */
import type { CertificationVerdict } from '../../domain/certification';
import type { CertificationNews } from '../../domain/transitions';
import { newState, type BadgeRequestState } from '../../workflows/contract';
import { nextStep, type Step } from '../../workflows/state';

export const DAY_MS = 86_400_000;
export const NOW = Date.parse('2027-01-14T12:00:00.000Z');

/** @param offset milliseconds from `NOW` */
export const iso = (offset: number) => new Date(NOW + offset).toISOString();

export const news = (
  verdict: CertificationVerdict,
  version = 1,
  projectId = 'cert_1',
): CertificationNews => ({ projectId, version, verdict });

export const stateWith = (change: Partial<BadgeRequestState>): BadgeRequestState => ({
  ...newState(),
  ...change,
});
export const pendingWith = (change: Partial<BadgeRequestState>) =>
  stateWith({ status: 'PENDING', stage: 'SCHEDULED', round: 1, open: ['US', 'JP'], ...change });
export const approvedWith = (change: Partial<BadgeRequestState>) =>
  pendingWith({ certification: news('APPROVED'), ...change });

/** What a request does next. @param offset milliseconds from `NOW` */
export const stepOf = (state: BadgeRequestState, offset = 0, id = 'br_1'): Step =>
  nextStep(state, NOW + offset, id);
export const forever: Step = { take: 'wait', until: null };
