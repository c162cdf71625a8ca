/** A kind of server; made by the constants and functions of this module alone. */
export interface Server {
  readonly name: string;
}

/** A server that was started for a test. */
export interface Launched {
  readonly url: string;
  readonly port: string;
  /** The folder of its data. */
  readonly data: string;
  /** Stops it as its operator would; `resume()` starts it again, with the same data on the same port. */
  halt(): Promise<void>;
  /** Ends its process without warning. */
  kill(): Promise<void>;
  resume(): Promise<void>;
  /** Stops it for good. */
  stop(): Promise<void>;
}

export declare const POSTGRESQL: Server;
export declare const MARIADB: Server;
export declare const REDIS: Server;
export declare function pgbouncer(
  mode: 'session' | 'transaction',
  databaseUrl: string,
  poolSize: number,
): Server;
export declare function launch(server: Server): Promise<Launched>;
