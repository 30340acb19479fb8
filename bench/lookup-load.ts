/** Asks for badges when it is told to. A process of its own. */
import { load, type LoadOrder } from './load';
import { drawPaths, type LookupKeys } from './lookup-keys';

process.once('message', (keys) => {
  const nextPath = drawPaths(keys as LookupKeys);
  process.on('message', (order) => {
    load(order as LoadOrder, nextPath).then(
      (figures) => process.send?.(figures),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  });
  process.send?.('ready');
});
process.once('disconnect', () => process.exit());
