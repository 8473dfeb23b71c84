import graphql from '@graphql-eslint/eslint-plugin';
import tseslint from 'typescript-eslint';

/** Layout is left to whoever writes: only what can hide a defect is a rule here. */
export default tseslint.config(
  { ignores: ['dist/', '.test-build/', 'coverage/', '.sluice/', 'src/commerce/generated/', 'test/generated/', 'schema/derived.graphql', 'test/fixtures/', 'test/documents/',
    // As in another repository: with a compiler of its own (npm run types there).
    'examples/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      'eqeqeq': ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
      'no-empty': ['error', { allowEmptyCatch: false }],
      'no-restricted-syntax': [
        'error',
        { selector: 'CatchClause > BlockStatement[body.length=0]', message: 'An error that is ignored needs a statement that says what happens instead.' },
        { selector: 'CallExpression[callee.property.name="catch"] > ArrowFunctionExpression[body.type="Identifier"][body.name="undefined"]', message: 'Do not swallow a rejection.' },
        { selector: 'CallExpression[callee.property.name="catch"] > ArrowFunctionExpression > BlockStatement[body.length=0]', message: 'Do not swallow a rejection.' },
      ],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/return-await': ['error', 'error-handling-correctness-only'],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-unnecessary-type-arguments': 'error',
      '@typescript-eslint/no-deprecated': 'error',
      '@typescript-eslint/use-unknown-in-catch-callback-variable': 'error',
      // What is rejected was caught: it is handed on as it came.
      '@typescript-eslint/prefer-promise-reject-errors': ['error', { allowThrowingUnknown: true }],
      // graphql-js names its node kinds by an enum and by plain text.
      '@typescript-eslint/no-unsafe-enum-comparison': 'off',
      // Interfaces here use method syntax also for functions that need no `this`.
      '@typescript-eslint/unbound-method': 'off',
      // What is turned into text has been looked at; the rule sees `unknown`.
      '@typescript-eslint/no-base-to-string': 'off',
      // A function that an interface wants async may have nothing to wait for.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  {
    // Matchers such as expect.any() and fields of parsed JSON are of type any.
    files: ['test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      // The numbers that docs/guarantees.md quotes.
      'no-console': 'off',
    },
  },
  {
    // What they print is what they are for.
    files: ['bench/**/*.ts', 'src/cli/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    // The sources alone are no schema: what they mention (roots, inputs) is derived from them.
    files: ['schema/**/*.graphql'],
    languageOptions: { parser: graphql.parser, parserOptions: { graphQLConfig: { schema: 'schema/derived.graphql' } } },
    plugins: { '@graphql-eslint': graphql },
    rules: {
      '@graphql-eslint/require-description': ['error', { types: true, rootField: true, FieldDefinition: true, InputValueDefinition: true, EnumValueDefinition: true, DirectiveDefinition: true }],
      '@graphql-eslint/no-hashtag-description': 'error',
      '@graphql-eslint/no-typename-prefix': 'error',
      '@graphql-eslint/unique-enum-value-names': 'error',
      '@graphql-eslint/require-deprecation-reason': 'error',
      '@graphql-eslint/naming-convention': ['error', {
        'types': 'PascalCase',
        'FieldDefinition': 'camelCase',
        'InputValueDefinition': 'camelCase',
        'Argument': 'camelCase',
        'DirectiveDefinition': 'camelCase',
        'EnumValueDefinition': 'UPPER_CASE',
        'UnionTypeDefinition[name.value=/Event$/]': { suffix: 'Event' },
        'InputObjectTypeDefinition': { requiredPattern: /(Input|Options|Filter)$/ },
      }],
    },
  },
);
