/** Everything that a worker runs as a workflow; an export's name is the workflow's type. */
export { badgeRequest } from './badge-request';
export { certificationFanout } from './certification-fanout';
export { draftCheck } from './draft-check';
