export declare const POSTGRES_URL: string;
export declare const MARIADB_URL: string;
export declare const REDIS_URL: string;
export declare function requireServers(): Promise<void>;
