import { corrections, examples, organizations, projects } from '../../../dev/stand-ins/examples';
import { type BadgeRequestForm, formProblems } from '../../../domain/form';

const forms: [string, BadgeRequestForm][] = Object.entries(examples);
const corrected = Object.entries(corrections).map<[string, BadgeRequestForm]>(([name, patch]) => [
  `${name}, corrected`,
  { ...examples[name as keyof typeof corrections], ...patch },
]);

test.each([...forms, ...corrected])(
  'the form of %s can be submitted by the first organization',
  (_name, form) => {
    const project = projects.find(({ product }) => product.id === form.productId);
    expect(project?.organizationId).toBe(organizations[0].id);
    const product = project === undefined ? null : { projects: [{ ...project, wasApproved: false }] };
    expect(formProblems(form, { product, at: '2026-11-22T10:00:00.000Z' })).toEqual([]);
  },
);

test('every example has an ASIN of its own', () => {
  expect(new Set(forms.map(([, { asin }]) => asin)).size).toBe(forms.length);
});

test('the product of “ready” is still being tested, so that its request shows Pending', () => {
  const project = projects.find(({ product }) => product.id === examples.ready.productId);
  expect(project).toMatchObject({ status: 'UNDER_TEST', result: null });
});

test('ids are unique and the second organization has products as well', () => {
  expect(new Set(projects.map(({ projectId }) => projectId)).size).toBe(projects.length);
  expect(new Set(projects.map(({ product }) => product.id)).size).toBe(projects.length);
  expect(
    projects.filter(({ organizationId }) => organizationId === organizations[1].id).length,
  ).toBeGreaterThan(1);
});
