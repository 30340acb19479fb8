/** What is installed is what was looked at: these versions, and these programs of theirs. */
import { readFileSync } from 'node:fs';
import path from 'node:path';

type Versions = Readonly<Record<string, string>>;
interface Manifest {
  readonly dependencies: Versions;
  readonly devDependencies: Versions;
  readonly allowScripts: Readonly<Record<string, boolean>>;
}
interface Lock {
  readonly packages: Readonly<
    Record<string, { readonly version?: string; readonly hasInstallScript?: true }>
  >;
}

const read = (file: string): unknown =>
  JSON.parse(readFileSync(path.join(__dirname, '..', '..', file), 'utf8'));
const manifest = read('package.json') as Manifest;
const { packages } = read('package-lock.json') as Lock;

test('each version is pinned, and the lock file has the same', () => {
  const pinned = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });
  expect(pinned.length).toBeGreaterThan(30);
  for (const [name, version] of pinned) {
    expect(version).toMatch(/^\d+\.\d+\.\d+[\w.-]*$/);
    expect([name, packages[`node_modules/${name}`]?.version]).toEqual([name, version]);
  }
});

test('of each package that runs a program when it is installed it is said whether it may', () => {
  const running = Object.entries(packages)
    .filter(([, { hasInstallScript }]) => hasInstallScript)
    .map(([place]) => place.replace(/^.*node_modules\//, ''));
  expect(Object.keys(manifest.allowScripts).sort()).toEqual([...new Set(running)].sort());
});
