/** What submitting a request would say now. */
import { readProduct, type CertifiableProduct } from '../../db/requests';
import type { RequestView } from '../../db/request-view';
import { formProblems, type FormFacts } from '../../domain/form';
import type { Problem } from '../../domain/problem';
import type { ApiDependencies } from '../dependencies';

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
