import { createScene, type Scene } from './transition-scene';

let scene: Scene;
beforeAll(async () => {
  scene = await createScene();
});
afterAll(() => scene.close());

test('a workflow has missed what is recorded of its request after what it knows, in that order', async () => {
  const [request] = [await scene.approved(), await scene.approved()];
  const outcomes = request.steps.map(({ outcome }) => outcome);
  expect(outcomes).toHaveLength(3);
  for (const known of [0, 1, 3])
    expect(await scene.activities.readMissed(request.id, known)).toEqual(outcomes.slice(known));
});
