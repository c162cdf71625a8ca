/** Where the databases are; each application has tables of its own, named by its process. */
export const POSTGRES_URL =
  process.env['POSTGRES_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres';
export const MARIADB_URL = process.env['MARIADB_URL'] ?? 'mysql://root@127.0.0.1:3306/mysql';

/** A table that no other application has. */
export const TABLE = `wild_notes_${process.pid}`;
/** The notes that are there from the beginning: 1 to this. */
export const NOTES = 60;
