import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { useState } from 'react';
import { useClient } from 'urql';
import { describeError } from './states.tsx';
import type { UserError } from './user-errors.ts';

/** A mutation of one object by its id; its field is called `payload` in the document. */
type ChangeDocument = TypedDocumentNode<
  { payload: { userErrors: readonly UserError[] } },
  { id: string }
>;

export interface Changes {
  change: (document: ChangeDocument) => Promise<void>;
  isChanging: boolean;
  /** Why the last change was refused. */
  problem: string | undefined;
}

/**
 * Changes of one object, one at a time. `refresh` is called after one that was refused: what is
 * shown was not the newest.
 */
export function useChange(id: string, refresh: () => void): Changes {
  const client = useClient();
  const [isChanging, setIsChanging] = useState(false);
  const [problem, setProblem] = useState<string>();
  const change = async (document: ChangeDocument) => {
    setIsChanging(true);
    setProblem(undefined);
    const { data, error } = await client.mutation(document, { id }).toPromise();
    const refused = error
      ? describeError(error)
      : data?.payload.userErrors.map(({ message }) => message).join(' ');
    setIsChanging(false);
    if (!refused) return;
    setProblem(refused);
    refresh();
  };
  return { change, isChanging, problem };
}
