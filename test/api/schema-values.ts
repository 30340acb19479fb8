/** Values for JSON schemas: such as they allow, and such as they should refuse. */
import fc from 'fast-check';

export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxLength?: number;
  readonly minLength?: number;
  readonly pattern?: string;
  readonly format?: string;
  readonly example?: unknown;
}

const FEW = 4;

/** Anything that JSON can say, also what is hard to store. */
export const anything: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom('\u0000', '\ud800', '', '😀', '%', '\\', "';--", '9'.repeat(400), -1, 1e308, {}, [], null),
);

/** @param resolve finds what a `$ref` names */
export function valuesOf(schema: Schema, resolve: (ref: string) => Schema): fc.Arbitrary<unknown> {
  const values = (inner: Schema) => valuesOf(inner, resolve);
  if (schema.$ref !== undefined) return values(resolve(schema.$ref));
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  const variants = schema.anyOf ?? schema.oneOf;
  if (variants !== undefined) return fc.oneof(...variants.map(values));
  switch (schema.type) {
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return fc.integer({ min: schema.minimum ?? 0, max: Math.min(schema.maximum ?? 100, 1_000_000) });
    case 'number':
      return fc.double({ noNaN: true });
    case 'array':
      return fc.array(values(schema.items ?? {}), { minLength: schema.minItems ?? 0, maxLength: FEW });
    case 'object':
      return objects(schema, values);
    case 'string':
      return strings(schema);
    default:
      return anything;
  }
}

function objects(
  { properties = {}, required = [] }: Schema,
  values: (inner: Schema) => fc.Arbitrary<unknown>,
): fc.Arbitrary<unknown> {
  const members = Object.fromEntries(
    Object.entries(properties).map(([name, inner]) => [name, values(inner)]),
  );
  return fc.record(members, { requiredKeys: required.filter((name) => name in members) });
}

function strings({ format, pattern, minLength = 0, maxLength = 20 }: Schema): fc.Arbitrary<string> {
  if (format === 'date') return fc.constantFrom('2027-01-15', '2030-12-31', '2020-02-29');
  if (format === 'date-time') return fc.constant('2026-11-22T10:00:00.000Z');
  const size = { minLength, maxLength: Math.min(maxLength, 20) };
  if (pattern !== undefined)
    return fc.stringMatching(new RegExp(pattern, 'u'), { maxLength: size.maxLength });
  return fc.oneof(
    fc.string(size),
    fc.constantFrom('prod_one', 'B07N4M94X4', '036000291452').filter((text) => text.length >= minLength),
  );
}
