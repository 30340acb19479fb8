/** A certification project of a product. */
import type { ProductProject } from '../../domain/product-certification';

let versions = 0;

/** What is left out is as in a project that has just been submitted. */
export const project = (said: Partial<ProductProject>): ProductProject => ({
  projectId: 'cert_1',
  version: (versions += 1),
  status: 'SUBMITTED',
  result: null,
  reason: null,
  marketplaces: ['US'],
  wasApproved: false,
  ...said,
});
