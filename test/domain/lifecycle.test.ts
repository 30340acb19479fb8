import {
  ACTIONS,
  allowedActions,
  decide,
  follows,
  isOver,
  ROLES,
  STAGES,
  STATUSES,
  statusLabels,
  type Actor,
  type Standing,
} from '../../domain/lifecycle';

/**
 * The rules as the design states them: `*` is an action beyond the design's table, and a
 * stage after a colon is the only one in which it may be done. Of a request with several badges one can be
 * suspended while another is enabled, or still to come, so that its status alone refuses neither.
 */
const rules = `
  action              | from                          | to            | by
  save                | Not Submitted, Rejected       | unchanged     | maker
  submit              | Not Submitted, Rejected       | Under Review  | maker
  failChecks          | Under Review: checking        | Rejected      | service
  passChecks *        | Under Review: checking        | unchanged     | service
  approve             | Under Review: awaiting reviewer | Pending     | reviewer
  reject              | Under Review                  | Rejected      | reviewer
  recheck *           | Under Review: awaiting reviewer | unchanged   | reviewer, operator
  claim *             | Under Review                  | unchanged     | reviewer
  release *           | Under Review                  | unchanged     | reviewer
  reschedule          | Under Review, Pending         | unchanged     | maker
  withdraw            | Under Review, Pending         | Not Submitted | maker
  discard             | Not Submitted, Rejected       | Discarded     | maker
  refuseCertification | Pending                       | Rejected      | service
  stage *             | Pending                       | unchanged     | service
  exhaustMarketplaces * | Pending                     | Rejected      | service
  enable              | Pending                       | Enabled       | service
  needAttention *     | Under Review, Pending         | unchanged     | service
  retry *             | Under Review: needs attention, Pending: needs attention | unchanged | operator
  warn *              | Pending: going live, Pending: needs attention, Enabled | unchanged | service
  clear *             | Pending: going live, Pending: needs attention, Enabled, Suspended | unchanged | service
  suspend             | Pending: going live, Pending: needs attention, Enabled, Suspended | Suspended, Pending: unchanged | operator, service
  reinstate           | Pending: going live, Pending: needs attention, Enabled, Suspended | Enabled, Pending: unchanged | operator, service
  remove              | Pending: going live, Pending: needs attention, Enabled, Suspended | Removed, Pending: unchanged | operator, service
`;

/** Whose requests each role acts on, by whether the request is of an organization of theirs. */
const acts = {
  MAKER: { own: true, other: false },
  REVIEWER: { own: false, other: true },
  OPERATOR: { own: true, other: true },
  VIEWER: { own: true, other: true },
  SERVICE: { own: true, other: true },
} as const satisfies Record<Actor['role'], { own: boolean; other: boolean }>;

const code = (words: string) => words.trim().toUpperCase().replaceAll(' ', '_');
const list = (words: string) => words.split(',').map(code);

interface ExpectedRule {
  action: string;
  /** `STATUS` or `STATUS:_STAGE`. */
  from: string[];
  /** The status that follows; `STATUS:_UNCHANGED` where it does not from there. */
  to: string[];
  by: string[];
}
const expectedRules: ExpectedRule[] = rules
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => {
    const [action = '', from = '', to = '', by = ''] = line.split('|');
    return { action: action.replace('*', '').trim(), from: list(from), to: list(to), by: list(by) };
  });

const standings: Standing[] = STATUSES.flatMap((status) =>
  [null, ...STAGES].map((stage) => ({ status, stage })),
);
const actors: Actor[] = ROLES.flatMap((role) =>
  [true, false].map((ownOrganization) => ({ role, ownOrganization })),
);

/** The status that follows, or what it is refused for. */
function expected({ from, to, by }: ExpectedRule, { status, stage }: Standing, actor: Actor): string {
  if (!by.includes(actor.role)) return 'refused: ROLE';
  if (!acts[actor.role][actor.ownOrganization ? 'own' : 'other']) return 'refused: ORGANIZATION';
  if (!from.includes(status) && !from.includes(`${status}:_${stage ?? ''}`)) return 'refused: STATUS';
  const [follows = ''] = to;
  return follows === 'UNCHANGED' || to.includes(`${status}:_UNCHANGED`) ? status : follows;
}

const describeActor = ({ role, ownOrganization }: Actor) =>
  `${role} of ${ownOrganization ? 'their own' : 'another'} organization`;

test('the table has every action of the design, and no other', () => {
  expect([...ACTIONS].sort()).toEqual(expectedRules.map(({ action }) => action).sort());
});

test.each(ACTIONS)('%s: who may do it, from where, to where', (action) => {
  const rule = expectedRules.find((candidate) => candidate.action === action);
  if (rule === undefined) throw new Error(`No rule of the design for ${action}.`);
  const cases = standings.flatMap((standing) => actors.map((actor) => ({ standing, actor })));
  const where = ({ status, stage }: Standing) => `${status} ${stage ?? '-'}`;
  const found = cases.map(({ standing, actor }) => {
    const decision = decide(standing, action, actor);
    const said = decision.allowed ? decision.to : `refused: ${decision.because}`;
    return `${where(standing)}, ${describeActor(actor)} → ${said}`;
  });
  expect(found).toEqual(
    cases.map(
      ({ standing, actor }) =>
        `${where(standing)}, ${describeActor(actor)} → ${expected(rule, standing, actor)}`,
    ),
  );
});

test.each(actors.map((actor) => [describeActor(actor), actor] as const))(
  'what a %s is offered is what they are not refused, in the table’s order',
  (_name, actor) => {
    for (const standing of standings) {
      const offered = ACTIONS.filter((action) => decide(standing, action, actor).allowed);
      expect([standing, allowedActions(standing, actor)]).toEqual([standing, offered]);
    }
  },
);

test('an action follows in a standing exactly when somebody may do it there', () => {
  for (const standing of standings)
    for (const action of ACTIONS) {
      const somebody = actors.some((actor) => decide(standing, action, actor).allowed);
      expect([standing, action, follows(standing, action)]).toEqual([standing, action, somebody]);
    }
});

test('a viewer may do nothing anywhere', () => {
  for (const standing of standings)
    for (const ownOrganization of [true, false])
      expect(allowedActions(standing, { role: 'VIEWER', ownOrganization })).toEqual([]);
});

test('a request is over exactly where nothing can follow', () => {
  for (const status of STATUSES) {
    const goesOn = [null, ...STAGES].some((stage) =>
      ACTIONS.some((action) => follows({ status, stage }, action)),
    );
    expect([status, isOver(status)]).toEqual([status, !goesOn]);
  }
});

test('the statuses are spelled as on the programme’s page, and ours beyond it', () => {
  expect(STATUSES.map((status) => statusLabels[status])).toEqual([
    'Not Submitted',
    'Under Review',
    'Pending',
    'Enabled',
    'Rejected',
    'Discarded',
    'Suspended',
    'Removed',
  ]);
});
