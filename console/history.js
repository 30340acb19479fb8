// What has happened to a request, in words.
import { table, when, words } from './draw.js';
import { fieldLabel, fieldValue } from './fields.js';
import { causeLabel, returnLabel } from './labels.js';
import { marketplaceNames, reasonTitles } from './reference.js';

const day = (instant) => instant.slice(0, 10);
const places = ({ marketplaces = [] }) =>
  marketplaces.length === 0 ? '' : ` in ${marketplaceNames(marketplaces)}`;
const because = ({ cause, reason }, label) =>
  `${cause ? `: ${label(cause)}` : ''}${reason ? `: “${reason}”` : ''}`;
const planned = ({ effectiveAt }) => (effectiveAt ? ` from ${day(effectiveAt)} on` : '');
const order =
  (did, plans, label = causeLabel) =>
  (details) =>
    `${details.effectiveAt ? plans : did} the badge${places(details)}${planned(details)}${because(details, label)}`;
const reinstated = order('Reinstated', 'Planned to reinstate', returnLabel);
/** Something else may hold it. */
const returned = ({ stillSuspended = [], ...details }) => {
  if (stillSuspended.length === 0) return reinstated(details);
  const shown = (details.marketplaces ?? []).filter((code) => !stillSuspended.includes(code));
  const done =
    shown.length === 0
      ? `Lifted a suspension of the badge${because(details, returnLabel)}`
      : reinstated({ ...details, marketplaces: shown });
  return `${done}; still suspended in ${marketplaceNames(stillSuspended)}, for another cause`;
};
const coded =
  (what) =>
  ({ codes = [] }) =>
    codes.length === 0 ? what : `${what}: ${reasonTitles(codes)}`;

/** What shoppers saw until then. */
const gone = (taken = []) =>
  taken.length === 0 ? '' : `; the badge is not shown any more in ${marketplaceNames(taken)}`;
const sentBack = (what) => (details) => `${coded(what)(details)}${gone(details.taken)}`;

/** By action: what was done, from its details. */
const sentences = {
  create: () => 'Created the request',
  save: ({ fields = [] }) =>
    fields.length === 0
      ? 'Changed the form'
      : `Changed the form: ${fields.map((field) => fieldLabel(`/${field}`)).join(', ')}`,
  submit: ({ round }) => (round ? `Submitted it for review, round ${round}` : 'Submitted it for review'),
  passChecks: () => 'Ran the checks: a reviewer decides',
  failChecks: coded('Ran the checks, which sent it back'),
  recheck: () => 'Had the checks run again',
  approve: () => 'Approved the request',
  reject: coded('Rejected the request'),
  reschedule: ({ from, to }) => {
    const [before, now] = [from, to].map((goLive) => fieldValue('/goLive', goLive) ?? '–');
    return before === now
      ? `Asked once more for when the badge goes live: ${now}`
      : `Changed when the badge goes live: ${before} → ${now}`;
  },
  withdraw: ({ kept = [], withdrawn = [] }) =>
    [
      kept.length + withdrawn.length === 0 ? 'Took the request back' : 'Took back what was not live',
      withdrawn.length > 0 && `: ${marketplaceNames(withdrawn)}`,
      kept.length > 0 && `; the badge stays in ${marketplaceNames(kept)}`,
    ]
      .filter(Boolean)
      .join(''),
  discard: () => 'Gave the request up',
  refuseCertification: sentBack('Sent it back for its certification'),
  stage: ({ staged = [], open = [], dropped = [], removed = [], restored = [], awaitsCertification }) =>
    [
      awaitsCertification && 'Waits for the certification',
      staged.length > 0 &&
        `Set the badge to go live in ${marketplaceNames(staged.map(({ marketplace }) => marketplace))}`,
      open.length > 0 && `still to come: ${marketplaceNames(open)}`,
      dropped.length > 0 && `left out: ${marketplaceNames(dropped)}`,
      removed.length > 0 && `removed for good: ${marketplaceNames(removed)}`,
      restored.length > 0 && `asked for again: ${marketplaceNames(restored)}`,
    ]
      .filter(Boolean)
      .join('; ') || 'Prepared the badge',
  exhaustMarketplaces: sentBack('Sent it back, as no marketplace is left'),
  // Where it is shown from then on hangs on what is suspended there.
  enable: ({ codes = [], dropped = [], taken }) =>
    codes.length === 0
      ? 'Everything that the badge waited for has come'
      : `${reasonTitles(codes)}: ended with what is live, and left out ${marketplaceNames(dropped)}${gone(taken)}`,
  needAttention: () => 'Asked for an operator',
  retry: () => 'Had the step repeated',
  warn: ({ suspendAt, ...details }) =>
    `${coded(`Warned that the listing is wrong${places(details)}`)(details)}${suspendAt ? `; to be corrected by ${day(suspendAt)}` : ''}`,
  clear: (details) => `Found the listing right again${places(details)}`,
  suspend: order('Suspended', 'Planned to suspend'),
  reinstate: returned,
  remove: order('Removed', 'Planned to remove'),
};

export const describeEntry = ({ action, details }) => sentences[action]?.(details) ?? words(action);

export const drawHistory = (entries) =>
  table(
    ['When', 'Who', 'What'],
    entries.map((entry) => [when(entry.at), entry.actor.name, describeEntry(entry)]),
  );
