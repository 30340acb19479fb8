/** Everything that a worker runs as a workflow; an export's name is the workflow's type. */
export { asinSuggestion } from './asin-suggestion';
export { badgeRemedy } from './badge-remedy';
export { badgeRequest } from './badge-request';
export { certificationFanout } from './certification-fanout';
export { certificationReconcile } from './certification-reconcile';
export { draftCheck } from './draft-check';
