import type { CodegenConfig } from '@graphql-codegen/cli';

/**
 * `npm run codegen` reads the schema that the gateway's repository keeps; `SCHEMA=http://localhost:4000/graphql npm run codegen`
 * asks a running gateway. Both give the same.
 */
const config: CodegenConfig = {
  schema: process.env['SCHEMA'] ?? '../../schema/derived.graphql',
  documents: 'src/**/*.graphql',
  generates: {
    'src/gql/': {
      preset: 'client',
      // Fragments are read where they are selected: this page is too small for masking.
      presetConfig: { fragmentMasking: false },
      config: {
        // Documents as text: nothing of graphql-js is needed in the page.
        documentMode: 'string',
        enumsAsTypes: true,
        useTypeImports: true,
        strictScalars: true,
        scalars: { ID: 'string', Cursor: 'string', Position: 'string', DateTime: 'string', JSON: 'unknown' },
      },
    },
  },
};

export default config;
