/**
 * One HTTP/1.1 connection that sends one prepared request at a time. Of a response's headers it
 * reads only the status and the length.
 */
import { connect, type Socket } from 'node:net';

export interface Response {
  status: number;
  /** Read as Latin-1, so that its length is in bytes. */
  body: string;
}

export class Connection {
  readonly #socket: Socket;
  #received = '';
  #bodyAt = 0;
  /** The length of the whole response, once its headers are there. */
  #expected = Infinity;
  #answered: { resolve: (response: Response) => void; reject: (error: Error) => void } | null =
    null;

  static async open(port: number): Promise<Connection> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await new Promise<void>((resolve, reject) =>
      socket.once('connect', resolve).once('error', reject),
    );
    return new Connection(socket);
  }

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => this.#read(text));
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => this.#fail(new Error('The server closed the connection.')));
  }

  /** Resolves once the whole response is there. */
  call(request: Buffer): Promise<Response> {
    return new Promise((resolve, reject) => {
      this.#answered = { resolve, reject };
      this.#socket.write(request);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #read(text: string): void {
    this.#received += text;
    if (this.#expected === Infinity) this.#readHeaders();
    if (this.#received.length < this.#expected) return;
    const status = Number(this.#received.slice(9, 12));
    const body = this.#received.slice(this.#bodyAt);
    this.#received = '';
    this.#expected = Infinity;
    const answered = this.#answered;
    this.#answered = null;
    answered?.resolve({ status, body });
  }

  #readHeaders(): void {
    const end = this.#received.indexOf('\r\n\r\n');
    if (end < 0) return;
    const headers = this.#received.slice(0, end);
    const length = /^content-length: (\d+)/im.exec(headers)?.[1];
    if (length === undefined && /^transfer-encoding:/im.test(headers))
      this.#fail(new Error('Expected a response with a content-length, found one in chunks.'));
    this.#bodyAt = end + 4;
    this.#expected = this.#bodyAt + Number(length ?? 0);
  }

  #fail(error: Error): void {
    this.#answered?.reject(error);
    this.#answered = null;
  }
}
