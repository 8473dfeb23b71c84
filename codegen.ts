import type { CodegenConfig } from '@graphql-codegen/cli';

/** How the gateway's scalars look in TypeScript; the comments on the schema say what they mean. */
const scalars = {
  ID: { input: 'string', output: 'string' },
  Cursor: { input: 'string', output: 'string' },
  Position: { input: 'string', output: 'string' },
  JSON: { input: 'unknown', output: 'unknown' },
};

const common = {
  enumsAsTypes: true,
  useTypeImports: true,
  strictScalars: true,
};

const config: CodegenConfig = {
  schema: 'schema/derived.graphql',
  importExtension: '.js',
  generates: {
    'src/commerce/generated/graphql.ts': {
      plugins: ['typescript', 'typescript-resolvers'],
      config: {
        ...common,
        // A resolver gets a Date and may return one, or the text that a payload holds.
        scalars: { ...scalars, DateTime: { input: 'Date', output: 'Date | string' } },
        // What a resolver returns lacks the fields that the gateway adds: references and computed ones.
        defaultMapper: 'Partial<{T}>',
        skipTypename: true,
        contextType: '../context.js#CommerceContext',
      },
    },
    'test/generated/': {
      preset: 'client',
      documents: 'test/documents/*.graphql',
      presetConfig: { fragmentMasking: false },
      config: { ...common, scalars: { ...scalars, DateTime: { input: 'string', output: 'string' } } },
    },
  },
};

export default config;
