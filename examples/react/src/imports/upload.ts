/**
 * Sends a file in parts. One that is interrupted goes on from the byte that the server is missing,
 * so a lost connection costs no more than a part.
 */
import { useState } from 'react';
import { useClient } from 'urql';
import { useSession } from '../shared/session.tsx';
import { describeError } from '../shared/states.tsx';
import { CREATE_UPLOAD, DELETE_UPLOAD } from './documents.ts';

const PART_BYTES = 1_048_576;
const MAX_TRIES = 6;

type Send = ReturnType<typeof useSession>['api']['fetch'];

export interface Uploading {
  /** The id of the upload, once all of it is there. */
  uploadId: string | null;
  /** 0 to 100; null while nothing is sent. */
  percent: number | null;
  problem: string | undefined;
  send: (file: File) => Promise<void>;
  /** Forgets the upload; `isUsed` leaves it to the import. */
  clear: (isUsed?: boolean) => void;
}

export function useUpload(): Uploading {
  const client = useClient();
  const { api } = useSession();
  const [uploadId, setUploadId] = useState<string | null>(null);
  const [percent, setPercent] = useState<number | null>(null);
  const [problem, setProblem] = useState<string>();
  const send = async (file: File) => {
    setProblem(undefined);
    setPercent(0);
    const input = { fileName: file.name.slice(0, 200), bytes: file.size };
    const { data, error } = await client.mutation(CREATE_UPLOAD, input).toPromise();
    const upload = data?.createContactUpload.upload;
    try {
      if (!upload)
        throw new Error(
          error
            ? describeError(error)
            : data?.createContactUpload.userErrors.map(({ message }) => message).join(' '),
        );
      await sendAll(api.fetch, { file, path: upload.path, onPart: setPercent });
      setUploadId(upload.id);
    } catch (failure) {
      setProblem(failure instanceof Error ? failure.message : 'The file could not be sent.');
    } finally {
      setPercent(null);
    }
  };
  const clear = (isUsed = false) => {
    if (uploadId !== null && !isUsed)
      void client.mutation(DELETE_UPLOAD, { id: uploadId }).toPromise();
    setUploadId(null);
    setProblem(undefined);
  };
  return { uploadId, percent, problem, send, clear };
}

interface Sending {
  file: File;
  path: string;
  onPart: (percent: number) => void;
}

async function sendAll(send: Send, { file, path, onPart }: Sending): Promise<void> {
  let offset = 0;
  for (let tries = 0; offset < file.size; ) {
    try {
      const answer = await send(path, {
        method: 'PATCH',
        headers: {
          'content-type': 'application/offset+octet-stream',
          'upload-offset': String(offset),
        },
        body: file.slice(offset, offset + PART_BYTES),
      });
      offset = Number(answer.headers.get('upload-offset') ?? Number.NaN);
      if (!answer.ok || Number.isNaN(offset)) throw new Error(`Status ${answer.status}`);
      tries = 0;
      onPart(Math.floor((100 * offset) / file.size));
    } catch {
      tries += 1;
      if (tries === MAX_TRIES) throw new Error('The file could not be sent. Try again.');
      await new Promise((resolve) => setTimeout(resolve, 500 * 2 ** tries));
      const head = await send(path, { method: 'HEAD' }).catch(() => null);
      offset = Number(head?.headers.get('upload-offset') ?? offset);
    }
  }
}
