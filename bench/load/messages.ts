/**
 * Processes of their own that are asked by messages: what loads a server must not share the event
 * loop with what measures.
 */
import { type ForkOptions, fork, type Serializable } from 'node:child_process';
import { once } from 'node:events';
import { endWithThisProcess } from '../servers/processes.ts';

export interface AskedProcess<Question extends Serializable> {
  /** Resolves to the process's reply; rejects when it ends before. One question at a time. */
  ask<Reply>(question: Question): Promise<Reply>;
  /** The process ends once it has nothing left to do. */
  close(): void;
}

/** Starts a module that calls `replyTo`. */
export function startAsked<Question extends Serializable>(
  module: URL,
  options: ForkOptions = {},
): AskedProcess<Question> {
  const child = fork(module, options);
  endWithThisProcess(child);
  const ask = async <Reply>(question: Question): Promise<Reply> => {
    const settled = new AbortController();
    try {
      const reply = once(child, 'message', { signal: settled.signal });
      const ended = once(child, 'exit', { signal: settled.signal }).then(([code]) =>
        Promise.reject(new Error(`${module.pathname} ended with code ${code} before it replied`)),
      );
      child.send(question);
      const [message] = await Promise.race([reply, ended]);
      return message as Reply;
    } finally {
      settled.abort();
    }
  };
  const close = () => {
    if (child.connected) child.disconnect();
  };
  return { ask, close };
}

/** In the started process: sends what `reply` resolves to; an error ends the process. */
export function replyTo<Question>(reply: (question: Question) => Promise<Serializable>): void {
  process.on('message', (question: Question) => {
    reply(question).then(
      (message) => process.send?.(message),
      (error: unknown) => {
        console.error(error);
        process.exitCode = 1;
        process.disconnect();
      },
    );
  });
}
