import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { useState } from 'react';
import { type AnyVariables, useClient } from 'urql';
import { describeError } from './states.tsx';
import type { UserError } from './user-errors.ts';

interface Payload {
  payload: { userErrors: readonly UserError[] };
}

export interface Save<Variables> {
  /** Whether it was saved. */
  save: (variables: Variables) => Promise<boolean>;
  isSaving: boolean;
  /** What was wrong with what was given, for messageAt. */
  errors: readonly UserError[];
  /** The same in words; undefined when the last attempt was fine. */
  problem: string | undefined;
}

/** A form's mutation, whose field is called `payload` in the document. */
export function useSave<Variables extends AnyVariables>(
  document: TypedDocumentNode<Payload, Variables>,
): Save<Variables> {
  const client = useClient();
  const [isSaving, setIsSaving] = useState(false);
  const [errors, setErrors] = useState<readonly UserError[]>([]);
  const [failure, setFailure] = useState<string>();
  const save = async (variables: Variables) => {
    setIsSaving(true);
    const { data, error } = await client.mutation(document, variables).toPromise();
    const refused = data?.payload.userErrors ?? [];
    setIsSaving(false);
    setErrors(refused);
    setFailure(error && describeError(error));
    return !error && refused.length === 0;
  };
  const problem = failure ?? (errors.map(({ message }) => message).join(' ') || undefined);
  return { save, isSaving, errors, problem };
}
