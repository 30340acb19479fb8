/** Ends what `global-setup.ts` has started, and removes its folder. */
export default async function tearDown(): Promise<void> {
  await globalThis.testDependencies?.stop();
}
