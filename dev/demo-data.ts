/** The people, organizations and certification projects that a first start finds. */
import { createHash } from 'node:crypto';
import pg from 'pg';
import type { Role } from '../domain/lifecycle';
import { examples, organizations, projects } from './stand-ins/examples';
import type { Account } from './identity-provider/provider';
import type { RunFile } from './run-file';
import type { Secrets } from './secrets';

interface DemoPerson {
  id: string;
  name: string;
  email: string;
  role: Exclude<Role, 'SERVICE'>;
  organization: string | null;
}

const [first, second] = organizations;
const person = (number: number, rest: Omit<DemoPerson, 'id'>): DemoPerson => ({
  id: `person_0190000000007000800000000000030${number}`,
  ...rest,
});

const people: readonly DemoPerson[] = [
  person(1, { name: 'Mira Okafor', email: 'mira@northlight.example', role: 'MAKER', organization: first.id }),
  person(2, {
    name: 'Jonas Weber',
    email: 'jonas@harborpine.example',
    role: 'MAKER',
    organization: second.id,
  }),
  person(3, { name: 'Vera Lind', email: 'vera@northlight.example', role: 'VIEWER', organization: first.id }),
  person(4, { name: 'Ravi Menon', email: 'ravi@badges.example', role: 'REVIEWER', organization: null }),
  person(5, { name: 'Olga Santos', email: 'olga@badges.example', role: 'OPERATOR', organization: null }),
];
export const DEMO_EMAILS = people.map(({ email }) => email);

/** The demo people as the embedded identity provider knows them. */
export const demoAccounts = (secrets: Secrets['people']): Account[] =>
  people.flatMap(({ id: subject, name, email }) => {
    const password = secrets[email]?.password;
    return password === undefined ? [] : [{ subject, name, email, isConfirmed: true, password }];
  });

/** A token of the demo lives this long; each start gives it as long again. */
const TOKEN_DAYS = 365;

/**
 * Puts in place what is missing; what is there stays as it has become.
 * @param secrets hold a token for each of DEMO_EMAILS; of it only the hash is stored
 */
export async function seedDemo({
  databaseUrl,
  secrets,
}: {
  databaseUrl: string;
  secrets: Pick<Secrets, 'people'>;
}): Promise<Pick<RunFile, 'people' | 'examples'>> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('begin');
    for (const { id, name } of organizations)
      await client.query('insert into organizations (id, name) values ($1, $2) on conflict do nothing', [
        id,
        name,
      ]);
    for (const each of people) await seedPerson(client, each, tokenOf(secrets, each));
    for (const project of projects) await seedProject(client, project);
    await client.query('commit');
  } finally {
    await client.end();
  }
  return {
    people: people.map((each) => ({
      name: each.name,
      email: each.email,
      role: each.role,
      organization: each.organization,
      token: tokenOf(secrets, each),
      password: secrets.people[each.email]?.password ?? '',
    })),
    examples,
  };
}

function tokenOf(secrets: Pick<Secrets, 'people'>, { email }: DemoPerson): string {
  const token = secrets.people[email]?.token;
  if (token === undefined) throw new Error(`There is no token for ${email}.`);
  return token;
}

async function seedPerson(client: pg.Client, each: DemoPerson, token: string): Promise<void> {
  await client.query(
    `insert into people (id, name, email, role, organization_id) values ($1, $2, $3, $4, $5)
     on conflict (id) do nothing`,
    [each.id, each.name, each.email, each.role, each.organization],
  );
  await client.query(
    `insert into access_tokens (token_hash, person_id, expires_at)
     values ($1, $2, now() + make_interval(days => $3))
     on conflict (token_hash) do update set expires_at = excluded.expires_at`,
    [createHash('sha256').update(token).digest(), each.id, TOKEN_DAYS],
  );
}

async function seedProject(client: pg.Client, project: (typeof projects)[number]): Promise<void> {
  const { product } = project;
  await client.query(
    `insert into certification_projects
       (id, organization_id, product_id, version, status, result, reason, marketplaces)
     values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing`,
    [
      project.projectId,
      project.organizationId,
      product.id,
      project.version,
      project.status,
      project.result,
      project.reason,
      project.marketplaces,
    ],
  );
  await client.query(
    `insert into products
       (id, organization_id, name, brand, model, device_type, integration, project_id, project_version)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing`,
    [
      product.id,
      project.organizationId,
      product.name,
      product.brand,
      product.model,
      product.deviceType,
      product.integration,
      project.projectId,
      project.version,
    ],
  );
}
