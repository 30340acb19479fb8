import {
  CERTIFICATION_RESULTS,
  CERTIFICATION_STATUSES,
  certificationLabel,
  certificationReasonCode,
  certificationVerdict,
  isSelectable,
  type CertificationResult,
  type CertificationStatus,
} from '../../domain/certification';

const underWay = [
  'SUBMITTED',
  'INTAKE_REVIEW',
  'PENDING_QUOTE',
  'QUOTE_APPROVAL_REQUIRED',
  'PENDING_DEVICE_DELIVERY',
  'UNDER_TEST',
  'RESULTS_UNDER_REVIEW',
  'ON_HOLD',
] as const;

test.each<[CertificationStatus, CertificationResult | null, string, string | null, boolean]>([
  ...underWay.map((status): [CertificationStatus, null, string, null, boolean] => [
    status,
    null,
    'OPEN',
    null,
    true,
  ]),
  ['COMPLETE', null, 'OPEN', null, true],
  ['COMPLETE', 'APPROVED', 'APPROVED', null, true],
  ['COMPLETE', 'REJECTED', 'REFUSED', 'CERTIFICATION_REJECTED', false],
  ['COMPLETE', 'REVOKED', 'REVOKED', 'CERTIFICATION_REVOKED', false],
  ['CANCELLED', null, 'REFUSED', 'CERTIFICATION_CANCELLED', false],
  ['INTAKE_REJECTED', null, 'REFUSED', 'CERTIFICATION_INTAKE_REJECTED', false],
  ['ON_HOLD', 'APPROVED', 'OPEN', null, true],
])('%s with result %s is %s, reason %s, selectable %s', (status, result, verdict, reason, selectable) => {
  const state = { status, result };
  expect(certificationVerdict(state)).toBe(verdict);
  expect(certificationReasonCode(state)).toBe(reason);
  expect(isSelectable(state)).toBe(selectable);
});

test('a reason is given exactly when the certification ended without approval', () => {
  for (const status of CERTIFICATION_STATUSES)
    for (const result of [null, ...CERTIFICATION_RESULTS]) {
      const state = { status, result };
      const refused = ['REFUSED', 'REVOKED'].includes(certificationVerdict(state));
      expect([state, certificationReasonCode(state) !== null]).toEqual([state, refused]);
      expect([state, isSelectable(state)]).toEqual([state, !refused]);
    }
});

test('people read the console’s own words', () => {
  expect(certificationLabel({ status: 'PENDING_DEVICE_DELIVERY', result: null })).toBe(
    'Pending Device Delivery',
  );
  expect(certificationLabel({ status: 'COMPLETE', result: 'APPROVED' })).toBe('Complete (Approved)');
  expect(certificationLabel({ status: 'COMPLETE', result: null })).toBe('Complete');
});
