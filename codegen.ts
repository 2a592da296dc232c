/**
 * `npm run codegen`: from the documents of examples/operations, typed documents for a frontend and,
 * for the server's setting TRUSTED_DOCUMENTS, the same documents by their SHA-256. It reads
 * schema.graphql, so it needs neither a server nor a network.
 */
import { createHash } from 'node:crypto';
import type { CodegenConfig } from '@graphql-codegen/cli';

/**
 * In hexadecimal and nothing else: as clients send it in `extensions.persistedQuery.sha256Hash`.
 */
function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

const config: CodegenConfig = {
  schema: 'schema.graphql',
  documents: 'examples/operations/*.graphql',
  generates: {
    'examples/generated/': {
      preset: 'client',
      presetConfig: {
        fragmentMasking: false,
        persistedDocuments: {
          mode: 'embedHashInDocument',
          hashPropertyName: 'hash',
          hashAlgorithm: sha256,
        },
      },
      config: {
        // Node and bundlers run the result as it is: no enums, imports with their extension, types
        // imported as types.
        documentMode: 'string',
        enumsAsTypes: true,
        useTypeImports: true,
        emitLegacyCommonJSImports: false,
        importExtension: '.ts',
        strictScalars: true,
        scalars: { ID: 'string', DateTime: 'string', Date: 'string', JSON: 'unknown' },
      },
    },
  },
};

export default config;
