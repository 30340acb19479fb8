/** What submitting a request would say now. */
import { readProduct, type CertifiableProduct } from '../../db/requests';
import type { RequestView } from '../../db/request-view';
import { formProblems } from '../../domain/form';
import type { Problem } from '../../domain/problem';
import type { ApiDependencies } from '../dependencies';

/** Every problem of a request's form, and the product it is for, if that is the organization's. */
export async function judgeForm(
  { pool, now }: ApiDependencies,
  { form, organization }: RequestView,
): Promise<{ problems: Problem[]; product: CertifiableProduct | null }> {
  const named = await readProduct(pool, form.productId);
  const product = named?.organizationId === organization.id ? named : null;
  return { problems: formProblems(form, { product, at: now().toISOString() }), product };
}
