import { ACTIONS, type Action } from '../../domain/lifecycle';
import { CLAIMANTS, isRefusedByClaim, isWithheld, type Claimant } from '../../domain/review-claim';

const decisions: Action[] = ['approve', 'reject', 'recheck'];
const notOffered: Record<Claimant, Action[]> = {
  NOBODY: ['release'],
  SELF: ['claim'],
  OTHER: [...decisions, 'claim', 'release'],
};

test.each(CLAIMANTS)('what is not offered when a review is claimed by %s', (claimant) => {
  expect(ACTIONS.filter((action) => isWithheld(action, claimant)).sort()).toEqual(
    [...notOffered[claimant]].sort(),
  );
});

test('only what another one has claimed is refused', () => {
  for (const claimant of CLAIMANTS)
    expect([claimant, ACTIONS.filter((action) => isRefusedByClaim(action, claimant)).sort()]).toEqual([
      claimant,
      claimant === 'OTHER' ? [...notOffered.OTHER].sort() : [],
    ]);
});
