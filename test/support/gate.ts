/** A way to a database that a test may close: for what lies behind it the database is then away. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/**
 * A port that stays the same while the PostgreSQL behind it is started anew on another one; refuses
 * connections while closed.
 */
export async function openGate(portBehind: () => number) {
  const sockets = new Set<Socket>();
  const gate = createServer((socket) => {
    const behind = connect(portBehind(), '127.0.0.1');
    for (const [from, to] of [
      [socket, behind],
      [behind, socket],
    ] as const) {
      sockets.add(from);
      from.pipe(to);
      from.on('error', () => to.destroy()).on('close', () => to.destroy());
    }
  });
  const listen = async (port: number) => once(gate.listen(port, '127.0.0.1'), 'listening');
  await listen(0);
  const { port } = gate.address() as AddressInfo;
  const close = async () => {
    for (const socket of sockets) socket.destroy();
    if (gate.listening) await new Promise((resolve) => gate.close(resolve));
  };
  const url = (databaseUrl: string) => Object.assign(new URL(databaseUrl), { port }).href;
  return { url, close, open: () => listen(port) };
}
