import tseslint from 'typescript-eslint';

/** Imports have one direction (docs/architecture.md). A room lists the rooms that it must not import. */
const directions = {
  config: ['workflows', 'activities', 'workers', 'api', 'db', 'dev', 'bench', 'rehearsal', 'chaos'],
  domain: ['workflows', 'activities', 'workers', 'api', 'db', 'dev', 'bench', 'rehearsal', 'chaos', 'config'],
  db: ['workflows', 'activities', 'workers', 'api', 'dev', 'bench', 'rehearsal', 'chaos', 'config'],
  activities: ['workers', 'api', 'dev', 'bench', 'rehearsal', 'chaos', 'config'],
  api: ['activities', 'workers', 'dev', 'bench', 'rehearsal', 'chaos'],
  workers: ['api', 'dev', 'bench', 'rehearsal', 'chaos'],
  dev: ['activities', 'workers', 'api', 'bench', 'rehearsal', 'chaos'],
  rehearsal: ['workers', 'api', 'bench', 'chaos'],
};
const outside = (rooms) => ({
  group: rooms.flatMap((room) => [`**/../${room}`, `**/../${room}/**`]),
  message: 'Imports have one direction, see docs/architecture.md.',
});

export default tseslint.config(
  { ignores: ['dist/**', 'node_modules/**', '.data/**'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Only config.ts reads the environment.' },
      ],
    },
  },
  ...Object.entries(directions).map(([room, rooms]) => ({
    files: [`${room}/**/*.ts`],
    rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns: [outside(rooms)] }] },
  })),
  {
    // A program of its own, not part of the room's code.
    files: ['db/migrate.ts'],
    rules: { '@typescript-eslint/no-restricted-imports': 'off' },
  },
  {
    // Workflow code runs in a sandbox that is replayed: values come only from the domain and the SDK.
    files: ['workflows/**/*.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              ...outside([
                'activities',
                'workers',
                'api',
                'db',
                'dev',
                'bench',
                'rehearsal',
                'chaos',
                'config',
              ]),
              allowTypeImports: true,
            },
            {
              group: ['**/domain/go-live', '**/domain/calendar', '**/domain/working-days', '**/domain/form'],
              allowTypeImports: true,
              message: 'Zone data differs between machines: instants are computed in activities.',
            },
            {
              regex: '^(?!\\.|@temporalio/(workflow|common)$)',
              allowTypeImports: true,
              message: 'Workflow code imports only the domain and @temporalio/workflow.',
            },
          ],
        },
      ],
      'no-restricted-globals': ['error', 'process', 'fetch', 'Buffer', 'setImmediate', 'performance'],
      'no-restricted-syntax': [
        'error',
        {
          selector: "MemberExpression[object.name='Math'][property.name='random']",
          message: 'Not replayable.',
        },
        {
          selector: "CallExpression[callee.property.name='toLocaleString']",
          message: 'Depends on the machine.',
        },
        { selector: "MemberExpression[object.name='Intl']", message: 'Zone data differs between machines.' },
      ],
    },
  },
  {
    files: ['domain/**/*.ts'],
    rules: {
      'no-restricted-globals': ['error', 'process', 'fetch', 'Buffer', 'setTimeout', 'setInterval'],
      'no-restricted-syntax': [
        'error',
        {
          selector: "NewExpression[callee.name='Date'][arguments.length=0]",
          message: 'Time is an argument.',
        },
        {
          selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']",
          message: 'Time is an argument.',
        },
        {
          selector: "MemberExpression[object.name='Math'][property.name='random']",
          message: 'The domain is pure.',
        },
      ],
    },
  },
  {
    files: [
      'config.ts',
      'temporal-connection.ts',
      'dev/**/*.ts',
      'bench/**/*.ts',
      'chaos/**/*.ts',
      'rehearsal/main.ts',
      'test/**/*.ts',
    ],
    rules: { 'no-restricted-properties': 'off' },
  },
);
