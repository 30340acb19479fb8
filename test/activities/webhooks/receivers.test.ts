/** Who is left alone, and for how long. */
import { createReceivers } from '../../../activities/webhooks/receivers';

let now: number;
let receivers: ReturnType<typeof createReceivers>;
beforeEach(() => {
  now = 0;
  receivers = createReceivers(() => now);
});
/** How many calls may begin side by side. */
function room(): number {
  const ends: ((answered: boolean) => void)[] = [];
  while (!receivers.busy().includes('wep_1')) ends.push(receivers.call('wep_1'));
  for (const end of ends) end(true);
  return ends.length;
}

test('an endpoint gets one call until it has answered, and then four', () => {
  expect([room(), room()]).toEqual([1, 4]);
  now += 59_999;
  expect(room()).toBe(4);
  now += 60_000;
  expect(room()).toBe(1);
});

test('one that answers after more than a second gets one call at a time', () => {
  const [first, second] = [receivers.call('wep_1'), receivers.call('wep_1')];
  now += 1_500;
  first?.(true);
  expect(receivers.busy()).toEqual(['wep_1']);
  second?.(true);
  expect(receivers.busy()).toEqual([]);
});

test('one that has not answered is left alone for half a minute, and others are not', () => {
  receivers.call('wep_1')(false);
  receivers.call('wep_2')(true);
  expect(receivers.busy()).toEqual(['wep_1']);
  now += 29_999;
  expect(receivers.busy()).toEqual(['wep_1']);
  now += 1;
  expect(receivers.busy()).toEqual([]);
  expect(room()).toBe(1);
});
