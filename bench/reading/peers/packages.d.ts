/**
 * What the benchmark uses of packages that only `bench/` installs, so that the project typechecks
 * without them. The shapes are those of autocannon 9.0, mercurius 16.10 and postgraphile 5.1.
 */
declare module 'autocannon' {
  interface Options {
    url: string;
    method: 'POST';
    headers: Record<string, string>;
    requests: { body: string }[];
    connections: number;
    duration: number;
    timeout: number;
  }
  interface Instance extends PromiseLike<object> {
    on(
      event: 'response',
      listener: (
        client: object,
        status: number | string,
        bytes: number,
        milliseconds: number,
      ) => void,
    ): this;
    on(event: 'reqError', listener: (error: Error) => void): this;
  }
  export default function autocannon(options: Options): Instance;
}

declare module 'mercurius' {
  import type { FastifyPluginAsync } from 'fastify';

  interface Options {
    schema: string;
    resolvers: object;
    context: () => object;
    jit: number;
    graphiql: boolean;
  }
  const mercurius: FastifyPluginAsync<Options>;
  export default mercurius;
}

declare module 'postgraphile' {
  interface Preset {
    extends?: Preset[];
    plugins?: object[];
    pgServices?: object[];
    schema?: { defaultBehavior: string };
    grafserv?: {
      graphiql: boolean;
      websockets: boolean;
      watch: boolean;
      outputDataAsString: boolean;
    };
  }
  interface Served {
    addTo(server: import('node:http').Server): Promise<void>;
  }
  export function postgraphile(preset: Preset): {
    createServ<T>(grafserv: (config: T) => Served): Served;
  };
}

declare module 'postgraphile/grafserv/node' {
  interface Served {
    addTo(server: import('node:http').Server): Promise<void>;
  }
  export function grafserv(config: object): Served;
}

declare module 'postgraphile/adaptors/pg' {
  export function makePgService(options: {
    connectionString: string;
    schemas: string[];
    poolConfig: { max: number };
  }): object;
}

declare module 'postgraphile/presets/amber' {
  export const PostGraphileAmberPreset: import('postgraphile').Preset;
}

declare module 'postgraphile/utils' {
  export function jsonPgSmartTags(tags: {
    version: 1;
    config: { class: Record<string, { tags: { foreignKey: string[] } }> };
  }): object;
}
