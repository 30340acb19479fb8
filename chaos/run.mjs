/** `npm run chaos`: dependencies and build as `npm start` makes sure of them, then chaos/main.ts in this process. */
import { build } from '../dev/build.mjs';
import { installDependencies } from '../dev/install.mjs';

try {
  await installDependencies({ say: console.error });
  await build({ say: console.error });
  await import('../dist/chaos/main.js');
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
