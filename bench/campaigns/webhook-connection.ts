/**
 * One HTTP/1.1 connection that sends one prepared request at a time. Of a response it reads only the
 * status and the length.
 */
import { connect, type Socket } from 'node:net';

export class WebhookConnection {
  readonly #socket: Socket;
  #received = '';
  #answered: { resolve: (status: number) => void; reject: (error: Error) => void } | null = null;

  static async open(port: number): Promise<WebhookConnection> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await new Promise<void>((resolve, reject) =>
      socket.once('connect', resolve).once('error', reject),
    );
    return new WebhookConnection(socket);
  }

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => this.#read(text));
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => this.#fail(new Error('The server closed the connection.')));
  }

  /** Resolves to the status once the whole response is there. */
  call(request: Buffer): Promise<number> {
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
    const end = this.#received.indexOf('\r\n\r\n');
    if (end < 0) return;
    const length = Number(/^content-length: (\d+)/im.exec(this.#received)?.[1] ?? 0);
    if (this.#received.length < end + 4 + length) return;
    const status = Number(this.#received.slice(9, 12));
    this.#received = '';
    const answered = this.#answered;
    this.#answered = null;
    answered?.resolve(status);
  }

  #fail(error: Error): void {
    this.#answered?.reject(error);
    this.#answered = null;
  }
}
