import type { ContactImportPreviewQuery, ImportPageQuery } from '../generated/graphql.ts';
import { graphql } from '../generated/index.ts';

/** The newest imports: now, and again whenever they change. */
export const IMPORT_PAGE = graphql(`
  query ImportPage @live {
    contactImports(first: 6) {
      nodes {
        ...ContactImportState
      }
    }
  }

  fragment ContactImportState on ContactImport {
    id
    version
    fileName
    status
    totalRows
    created
    updated
    unchanged
    skipped
    failed
    problemsPath
    errorMessage
    createdAt
    finishedAt
    problems(first: 10) {
      line
      field
      message
    }
  }
`);

export const CREATE_UPLOAD = graphql(`
  mutation CreateContactUpload($fileName: String!, $bytes: Int!) {
    createContactUpload(input: { fileName: $fileName, bytes: $bytes }) {
      upload {
        id
        path
        bytes
      }
      userErrors {
        message
      }
    }
  }
`);

export const DELETE_UPLOAD = graphql(`
  mutation DeleteContactUpload($id: ID!) {
    deleteContactUpload(input: { id: $id }) {
      deletedId
    }
  }
`);

export const PREVIEW = graphql(`
  query ContactImportPreview(
    $uploadId: ID!
    $options: ContactImportOptions
    $onMatch: ContactImportMatch!
  ) {
    contactImportPreview(uploadId: $uploadId, options: $options, onMatch: $onMatch) {
      format
      encoding
      delimiter
      header
      problem
      columns {
        name
        field
        samples
      }
      rows {
        line
        cells
        outcome
        contact {
          id
          name
        }
        problems {
          field
          message
        }
      }
    }
  }
`);

export const IMPORT_CONTACTS = graphql(`
  mutation ImportContacts($input: ImportContactsInput!) {
    importContacts(input: $input) {
      import {
        ...ContactImportState
      }
      userErrors {
        message
      }
    }
  }
`);

export type ContactImport = ImportPageQuery['contactImports']['nodes'][number];
export type Preview = NonNullable<ContactImportPreviewQuery['contactImportPreview']>;
