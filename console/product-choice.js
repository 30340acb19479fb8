// Which product the badge is for, and in which of the marketplaces that its certification names.
import { draw, words } from './draw.js';
import { choices, option } from './form-fields.js';
import { read, readAll } from './session.js';

/** All products that a request may be made for. */
export const readProducts = () => readAll('/v1/products');

/** A draft keeps its product when no new request may be made for it any more. */
export async function withOwnProduct(products, { product }) {
  if (!product || products.some(({ id }) => id === product.id)) return products;
  const own = await read(`/v1/products/${encodeURIComponent(product.id)}`);
  const { result, status } = own.certification;
  return [{ ...own, remark: ` – its certification has ended: ${words(result ?? status)}` }, ...products];
}

/**
 * The select of the product, and the boxes of its marketplaces. The draft's own choice of marketplaces is kept as
 * long as its product is, whatever the certification has come to cover.
 */
export function drawProductChoice({ products, marketplaces }, draft) {
  const ownId = draft.product?.id ?? '';
  const own = draft.marketplaces ?? [];
  const boxes = draw('p');
  const drawBoxes = (id) => {
    const covered = products.find((each) => each.id === id)?.marketplaces ?? [];
    const chosen = id === ownId ? own : covered;
    const offered = marketplaces.filter(({ code }) => covered.includes(code) || chosen.includes(code));
    const textOf = ({ code, name }) =>
      id === '' || covered.includes(code) ? name : `${name} (not covered by the certification)`;
    boxes.replaceChildren(
      ...(offered.length === 0
        ? [id === '' ? 'Choose a product first.' : 'The product’s certification covers no marketplace.']
        : choices(
            'marketplace',
            offered.map((each) => [each.code, textOf(each)]),
            chosen,
          )),
    );
  };
  drawBoxes(ownId);
  const select = draw(
    'select',
    { name: 'product', 'aria-label': 'Product', change: ({ target }) => drawBoxes(target.value) },
    option('', 'Choose a product', ownId),
    ...products.map(({ id, name, model, remark = '' }) => option(id, `${name} (${model})${remark}`, ownId)),
  );
  return { select, boxes };
}
