/**
 * The environment that has the product's Node programs, and their threads, load a module before their own code
 * (`node --require`).
 * @param script its absolute path
 */
export function preloading(script: string): { readonly NODE_OPTIONS: string } {
  const options = [process.env['NODE_OPTIONS'], `--require ${JSON.stringify(script)}`];
  return { NODE_OPTIONS: options.filter((each) => each !== undefined).join(' ') };
}
