/** What submitting a request would say now. */
import { isAnotherUnderWay } from '../../db/drafts';
import { readProduct, type CertifiableProduct } from '../../db/certified-product';
import { secondsToADayAfter } from '../../db/rounds';
import type { RequestView } from '../../db/request-view';
import { formProblems, type FormFacts } from '../../domain/form';
import type { Problem } from '../../domain/problem';
import type { ApiDependencies } from '../dependencies';
import { ProblemError } from '../problem';

/** Each is a round that is kept, and mailed with its end: whoever corrects a request comes nowhere near. */
const SUBMISSIONS_PER_DAY = 100;

/** @throws {ProblemError} where a request was submitted as often as it may be in 24 hours */
export async function refuseTooManySubmissions(
  { pool }: ApiDependencies,
  { id, round }: RequestView,
): Promise<void> {
  if (round < SUBMISSIONS_PER_DAY) return;
  const first = round - SUBMISSIONS_PER_DAY + 1;
  const seconds = await secondsToADayAfter(pool, { requestId: id, round: first });
  if (seconds === 0) return;
  throw new ProblemError(
    'TOO_MANY_SUBMISSIONS',
    `This request was submitted ${SUBMISSIONS_PER_DAY} times in the last 24 hours; the next time is possible in ${Math.ceil(seconds / 60)} min.`,
    { headers: { 'Retry-After': String(seconds) } },
  );
}

/**
 * Every problem of a request's form, and the product it is for, if that is the organization's.
 * @param facts what is known beside; a submission finds out itself, as it is recorded, whether another one is under way
 */
export async function judgeForm(
  { pool, now }: ApiDependencies,
  { form, organization }: RequestView,
  facts: Pick<FormFacts, 'isUnderWay'> = {},
): Promise<{ problems: Problem[]; product: CertifiableProduct | null }> {
  const named = await readProduct(pool, form.productId);
  const product = named?.organizationId === organization.id ? named : null;
  return { problems: formProblems(form, { product, at: now().toISOString(), ...facts }), product };
}

/**
 * What a submission is refused for, all of it at once: where the form is wrong, also that another request is under way.
 * @returns none where the form is right: whether another one is under way alone, the submission finds out as it is recorded
 */
export async function submissionProblems(deps: ApiDependencies, request: RequestView): Promise<Problem[]> {
  const { problems } = await judgeForm(deps, request);
  if (problems.length === 0) return problems;
  const isUnderWay = await isAnotherUnderWay(deps.pool, request);
  return isUnderWay ? (await judgeForm(deps, request, { isUnderWay })).problems : problems;
}
