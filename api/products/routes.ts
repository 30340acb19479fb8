import { z } from 'zod';
import { findProduct, listSelectableProducts } from '../../db/products';
import { scopeOf } from '../badge-requests/access';
import { idCursors } from '../cursor';
import { notFound } from '../problem';
import { defineRoute, EVERYONE, type Route } from '../route';
import { pageOf, pageQuery } from '../values';
import { product, productId } from './schemas';

const cursors = idCursors('products', productId.shape.id);

const listProducts = defineRoute({
  method: 'get',
  path: '/v1/products',
  access: EVERYONE,
  operationId: 'listProducts',
  summary: 'List products that a request may be made for',
  description:
    'Those whose certification is approved or submitted; makers and viewers see their organization’s.',
  tag: 'Products',
  query: z.strictObject(pageQuery),
  answers: { 200: { description: 'A page, newest first', schema: pageOf(product) } },
  handle: async ({ deps, caller, query }) => {
    const { products, next } = await listSelectableProducts(deps.pool, {
      organizationId: scopeOf(caller),
      limit: query.limit,
      after: cursors.read(query.cursor),
    });
    return { status: 200, body: { data: products, next: cursors.write(next) } };
  },
});

const getProduct = defineRoute({
  method: 'get',
  path: '/v1/products/{id}',
  access: EVERYONE,
  operationId: 'getProduct',
  summary: 'Read a product',
  description: 'Whatever has become of its certification.',
  tag: 'Products',
  params: productId,
  answers: { 200: { description: 'The product', schema: product } },
  handle: async ({ deps, caller, params }) => {
    const found = await findProduct(deps.pool, { id: params.id, organizationId: scopeOf(caller) });
    if (found === null) throw notFound('There is no such product.');
    return { status: 200, body: found };
  },
});

export const productRoutes: readonly Route[] = [listProducts, getProduct];
